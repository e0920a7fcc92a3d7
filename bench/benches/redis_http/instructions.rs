//! Instructions a request, by callgrind.

use bench::callgrind::Runs;
use ratelimit_test_servers::Redis;

use crate::apps::App;

const RUNS: Runs = Runs { connections: 64, few: 40, many: 240 };

/// What ours are to be of the floor's at most.
const AIM: f64 = 1.1;

pub fn measure(redis: &Redis) {
    let apps = [App::Plain, App::Floor, App::FloorInMain, App::Ours, App::OursInMemory, App::Extensible];
    let counts = apps.map(|app| (app, instructions_a_request(app, redis)));
    let of = |app| counts.iter().find(|(other, _)| *other == app).map_or(f64::NAN, |(_, count)| *count);
    let (plain, floor) = (of(App::Plain), of(App::Floor));
    println!("\n| app | instructions a request | over plain | × floor |\n|---|---|---|---|");
    for (app, count) in counts {
        println!("| {} | {count:.0} | {:.0} | {:.2} |", app.name(), count - plain, count / floor);
    }
    let ours = of(App::Ours) / floor;
    println!("\nratelimit × floor ≤ {AIM}: {} ({ours:.3})", if ours <= AIM { "met" } else { "missed" });
}

fn instructions_a_request(app: App, redis: &Redis) -> f64 {
    let words = ["serve", app.name(), &redis.uri()];
    RUNS.instructions(env!("CARGO_TARGET_TMPDIR"), app.name(), &words, 200)
}
