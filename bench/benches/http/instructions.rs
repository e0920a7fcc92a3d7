//! Instructions a request, by callgrind.

use bench::{Options, callgrind::Runs};

use crate::apps::App;

/// Few connections, one request each at a time: then counts are the same to within some ten instructions.
const RUNS: Runs = Runs { connections: 8, few: 50, many: 550 };
const QUICK_RUNS: Runs = Runs { connections: 8, few: 10, many: 60 };

pub fn count(app: App, options: &Options) -> f64 {
    eprintln!("{}: instructions", app.0);
    let runs = options.pick(RUNS, QUICK_RUNS);
    runs.instructions(env!("CARGO_TARGET_TMPDIR"), app.0, &app.words(), app.status())
}
