//! How long it takes to build an app whose handlers have limits, beside the same app without: see the README.

mod apps;
mod ways;

use bench::{Fragment, Goal, Options, Table, interleave, median, median_ratio};
use serde::Serialize;
use serde_json::json;

use apps::{APPS, Apps};
use ways::{WAYS, Way};

/// What the app with limits is to take at most of the other's time.
const GOAL: Goal = Goal::AtMost(1.15);

#[derive(Serialize)]
struct Row {
    way: &'static str,
    /// Of each round, in the order of [`APPS`].
    seconds: Vec<Vec<f64>>,
    /// The same of all processors together.
    processor_seconds: Vec<Vec<f64>>,
}

fn main() {
    let Some(options) = Options::read() else { return };
    let mut fragment = Fragment::new("50-compile", "Building an app of 100 handlers", &options);
    fragment.text(
        "`cargo build` of an Actix app: 100 handlers with `#[limit]` and a limiter, beside the same 100 handlers on \
         Actix alone. Only `main.rs` has changed, but in the *whole* build, which is of everything that they depend on, \
         too. *Processor* is what all processes of a build took together, which says more on a busy machine.",
    );
    let apps = Apps::generate();
    let mut table = Table::new([
        "build",
        "plain, s",
        "with limits, s",
        "× plain",
        "goal",
        "processor with limits, s",
        "× plain",
    ]);
    let mut rows = Vec::new();
    let ways = WAYS.iter().filter(|way| way.is_quick || !options.quick);
    for way in ways.filter(|way| options.chooses(way.title)) {
        eprintln!("{}", way.title);
        let row = measure(&apps, way, options.pick(way.rounds, 1));
        let middle = |figures: &[Vec<f64>], app: usize| format!("{:.2}", median(figures[app].clone()));
        let ratio = median_ratio(&row.seconds[1], &row.seconds[0]);
        let of_processor = median_ratio(&row.processor_seconds[1], &row.processor_seconds[0]);
        let verdict = fragment.goal(format!("{}; with limits × plain", way.title), GOAL, ratio);
        table.row([
            way.title.to_owned(),
            middle(&row.seconds, 0),
            middle(&row.seconds, 1),
            format!("{ratio:.3}"),
            verdict,
            middle(&row.processor_seconds, 1),
            format!("{of_processor:.3}"),
        ]);
        rows.push(row);
    }
    fragment.table(&table);
    fragment.finish(&json!({ "rows": rows }));
}

/// Builds both apps in turn.
fn measure(apps: &Apps, way: &Way, rounds: usize) -> Row {
    if !way.is_whole {
        (0..APPS.len()).for_each(|app| drop(way.build(apps, app)));
    }
    let mut processor_seconds = vec![Vec::new(); APPS.len()];
    let seconds = interleave(rounds, APPS.len(), |app, _| {
        way.prepare(apps, app);
        let took = way.build(apps, app);
        processor_seconds[app].push(took.of_processors);
        took.by_the_clock
    });
    Row { way: way.title, seconds, processor_seconds }
}
