//! How long it takes to build an app whose handlers have limits, beside the same app without: see the README.

mod apps;

use std::{process::Command, time::Instant};

use bench::{Fragment, Goal, Options, Table, interleave, median, median_ratio};
use serde::Serialize;
use serde_json::json;

use apps::{APPS, Apps, Change};

/// What the app with limits is to take at most of the other's time.
const GOAL: Goal = Goal::AtMost(1.15);

/// A way to build, and what happens to `main.rs` before.
struct Way {
    title: &'static str,
    release: bool,
    incremental: bool,
    change: Change,
}

const WAYS: [Way; 4] = [
    Way { title: "debug, touched", release: false, incremental: true, change: Change::Touched },
    Way { title: "debug, a line changed", release: false, incremental: true, change: Change::Edited },
    Way { title: "debug, not incremental", release: false, incremental: false, change: Change::Edited },
    Way { title: "release", release: true, incremental: false, change: Change::Edited },
];

#[derive(Serialize)]
struct Row {
    way: &'static str,
    /// Of each round, in the order of [`APPS`].
    seconds: Vec<Vec<f64>>,
}

fn main() {
    let Some(options) = Options::read() else { return };
    let mut fragment = Fragment::new("50-compile", "Building an app of 100 handlers", &options);
    fragment.text(
        "`cargo build` of an Actix app in which only `main.rs` has changed: 100 handlers with `#[limit]` and a limiter, \
         beside the same 100 handlers on Actix alone. What they depend on is built before.",
    );
    let apps = Apps::generate();
    let mut table = Table::new(["build", "plain, s", "with limits, s", "× plain", "goal"]);
    let mut rows = Vec::new();
    // Quickly only what needs the dependencies built in one way.
    let ways = WAYS.iter().filter(|way| way.incremental || !options.quick);
    for way in ways.filter(|way| options.chooses(way.title)) {
        eprintln!("{}", way.title);
        let rounds = options.pick(if way.release { 5 } else { 11 }, 1);
        for app in 0..APPS.len() {
            build(&apps, app, way);
        }
        let seconds = interleave(rounds, APPS.len(), |app, _| {
            apps.change(app, way.change);
            build(&apps, app, way)
        });
        let [plain, limited] = [0, 1].map(|app: usize| format!("{:.2}", median(seconds[app].clone())));
        let ratio = median_ratio(&seconds[1], &seconds[0]);
        let verdict = fragment.goal(format!("{}; with limits × plain", way.title), GOAL, ratio);
        table.row([way.title.to_owned(), plain, limited, format!("{ratio:.3}"), verdict]);
        rows.push(Row { way: way.title, seconds });
    }
    fragment.table(&table);
    fragment.finish(&json!({ "rows": rows }));
}

/// How many seconds it took.
fn build(apps: &Apps, app: usize, way: &Way) -> f64 {
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--package", APPS[app]]).current_dir(&apps.folder);
    command.args(way.release.then_some("--release")).env("CARGO_TARGET_DIR", apps.folder.join("target"));
    command.env("CARGO_INCREMENTAL", if way.incremental { "1" } else { "0" });
    let began = Instant::now();
    let status = command.status().expect("cargo");
    let took = began.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    took.as_secs_f64()
}
