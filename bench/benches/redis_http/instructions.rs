//! Instructions a request, by callgrind.

use bench::callgrind::Runs;
use ratelimit_test_servers::Redis;

use crate::apps::App;

const RUNS: Runs = Runs { connections: 64, few: 40, many: 240 };

/// What ours are to be of the floor's at most.
const AIM: f64 = 1.1;

pub fn measure(redis: &Redis, fragment: &mut bench::Fragment) {
    let apps = [App::Plain, App::Floor, App::FloorInMain, App::Ours, App::OursInMemory, App::Extensible];
    let counts = apps.map(|app| (app, instructions_a_request(app, redis)));
    let of = |app| counts.iter().find(|(other, _)| *other == app).map_or(f64::NAN, |(_, count)| *count);
    let (plain, floor) = (of(App::Plain), of(App::Floor));
    let mut table = bench::Table::new(["app", "instructions a request", "over plain", "× floor", "aim"]);
    for (app, count) in counts {
        let aim = (app == App::Ours).then_some(bench::Goal::AtMost(AIM));
        let verdict = aim.map(|aim| fragment.goal("instructions, × floor", aim, count / floor));
        let figures =
            [format!("{count:.0}"), format!("{:.0}", count - plain), format!("{:.2}", count / floor)];
        let cells = [app.name().to_owned()].into_iter().chain(figures).chain([verdict.unwrap_or_default()]);
        table.row(cells);
    }
    fragment.table(&table);
}

fn instructions_a_request(app: App, redis: &Redis) -> f64 {
    let words = ["serve", app.name(), &redis.uri()];
    RUNS.instructions(env!("CARGO_TARGET_TMPDIR"), app.name(), &words, 200)
}
