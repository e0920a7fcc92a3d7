//! Apps that count in memory, beside apps without a limiter and with rivals': instructions a request,
//! requests/s and latencies. See the README.
//!
//! This program is also its servers: each runs in a process of its own.

mod apps;
mod figures;
mod handlers;
mod instructions;
mod rates;
mod serve;
mod tables;

use bench::{Fragment, Options};

use figures::Figures;

const FILE: &str = "20-http";
const TITLE: &str = "Over HTTP, in memory";

fn main() -> std::io::Result<()> {
    let Some(options) = Options::read() else { return Ok(()) };
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    if let [apps::SERVE, app] = words[..] {
        return serve::serve(app);
    }
    let (mut fragment, figures) = if words == ["report"] {
        // That word chooses nothing, so the text is the whole run's.
        Fragment::again(FILE, TITLE, &Options { words: Vec::new(), ..options })
    } else {
        (Fragment::new(FILE, TITLE, &options), Figures::measure(&options))
    };
    tables::by_hand(&mut fragment, &figures);
    tables::rivals(&mut fragment, &figures);
    tables::refusals(&mut fragment, &figures);
    tables::load(&mut fragment, &figures);
    tables::limits(&mut fragment, &figures);
    fragment.finish(&figures);
    Ok(())
}
