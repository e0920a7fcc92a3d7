//! Makes `RESULTS.md` and the plots of what the benchmarks have left in `results/`: a head that tells the machine
//! and the versions, all goals, then each fragment with its commentary. With `--quick`, of what quick runs left.

mod drawings;
mod goals;
mod head;
mod plots;
mod results;

use std::{error::Error, fmt::Write, fs};

use bench::{Folders, Options};

use results::Results;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(options) = Options::read() else { return Ok(()) };
    let folders = Folders::of(&options);
    let results = Results::read(&folders)?;
    let plots = plots::draw(&results, &folders.plots()?)?;
    let mut text = head::text(&options)?;
    text += &goals::text(&results);
    for fragment in &results.fragments {
        write!(text, "\n{}", fragment.text)?;
        for plot in plots.iter().filter(|plot| plot.fragment == fragment.name) {
            writeln!(text, "\n![{}](plots/{})", plot.title, plot.file)?;
        }
        let commentary = folders.commentary().join(&fragment.file);
        if let Ok(commentary) = fs::read_to_string(commentary) {
            write!(text, "\n{commentary}")?;
        }
    }
    fs::write(folders.report(), text)?;
    println!(
        "{}, of {} parts, with {} plots",
        folders.report().display(),
        results.fragments.len(),
        plots.len()
    );
    Ok(())
}
