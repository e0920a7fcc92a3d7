//! Instructions a request, by callgrind.

use bench::callgrind::Runs;

use crate::{
    apps::{self, App},
    report::Figures,
};

/// Few connections, one request each at a time: then counts are the same to within some ten instructions.
const RUNS: Runs = Runs { connections: 8, few: 50, many: 550 };

pub fn measure(figures: &mut Figures) {
    for app in apps::ALL {
        figures.set_instructions(app, count(app));
    }
    for (limits, app) in apps::LIMITS {
        figures.set_instructions_of_limits(limits, count(app));
    }
}

/// Prints what apps take whose names have one of these words in them, and plain's.
pub fn print(words: &[&str]) {
    let plain = count(apps::PLAIN);
    println!("{:28} {plain:8.0}", apps::PLAIN.0);
    let limits = apps::LIMITS.iter().map(|(_, app)| *app);
    for app in apps::ALL.into_iter().chain(limits).filter(|app| words.iter().any(|word| app.0.contains(word)))
    {
        let own = count(app);
        println!("{:28} {own:8.0} {:+8.0}", app.0, own - plain);
    }
}

fn count(app: App) -> f64 {
    RUNS.instructions(env!("CARGO_TARGET_TMPDIR"), app.0, &app.words(), app.status())
}
