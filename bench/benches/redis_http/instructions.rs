//! Instructions a request, by callgrind.

use std::collections::BTreeMap;

use bench::{Fragment, Goal, Table, callgrind::Runs};
use ratelimit_test_servers::Redis;

use crate::apps::App;

const RUNS: Runs = Runs { connections: 64, few: 40, many: 240 };

/// What ours are to be of the floor's.
const GOAL: Goal = Goal::AtMost(1.1);

/// Answers each app's, by its name.
pub fn measure(redis: &Redis, fragment: &mut Fragment) -> BTreeMap<&'static str, f64> {
    let apps = [App::Plain, App::Floor, App::FloorInMain, App::Ours, App::OursInMemory, App::Extensible];
    let counts = BTreeMap::from(apps.map(|app| (app.name(), instructions_a_request(app, redis))));
    let [plain, floor] = [App::Plain, App::Floor].map(|app| counts[app.name()]);
    let mut table = Table::new(["app", "instructions a request", "over plain", "× floor", "aim"]);
    for app in apps {
        let count = counts[app.name()];
        let goal = (app == App::Ours).then_some(GOAL);
        let verdict = goal.map(|goal| fragment.goal("ratelimit; instructions × floor", goal, count / floor));
        table.row([
            app.name().to_owned(),
            format!("{count:.0}"),
            format!("{:.0}", count - plain),
            format!("{:.2}", count / floor),
            verdict.unwrap_or_default(),
        ]);
    }
    fragment.table(&table);
    counts
}

fn instructions_a_request(app: App, redis: &Redis) -> f64 {
    let words = [App::SERVE, app.name(), &redis.uri()];
    RUNS.instructions(env!("CARGO_TARGET_TMPDIR"), app.name(), &words, 200)
}
