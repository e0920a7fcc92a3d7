//! Instructions a request, by callgrind: what two runs differ by, which served different numbers of
//! requests. They are of the whole process, so that what requests share, such as a connection's task, is
//! among them.

use std::{fs, path::Path};

use ratelimit_test_servers::Redis;

use crate::{
    apps::App,
    client::{self, CONNECTIONS},
    server::Server,
};

/// How many requests the two runs serve, a connection.
const FEW: usize = 40;
const MANY: usize = 240;

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
    let [few, many] = [FEW, MANY].map(|each| instructions(app, redis, each * CONNECTIONS));
    (many - few) as f64 / ((MANY - FEW) * CONNECTIONS) as f64
}

/// Instructions of a whole run, whose profile stays for `callgrind_annotate`.
fn instructions(app: App, redis: &Redis, requests: usize) -> i64 {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("callgrind.{}.{requests}", app.name()));
    let valgrind = ["valgrind", "--tool=callgrind", "-q"].map(str::to_owned);
    let profiler: Vec<_> =
        valgrind.into_iter().chain([format!("--callgrind-out-file={}", file.display())]).collect();
    let server = Server::start_under(&profiler, app, redis);
    client::send(server.port, requests);
    client::end(server.port);
    server.wait();
    let profile = fs::read_to_string(&file).expect("valgrind's profile");
    let total = profile.lines().find_map(|line| line.strip_prefix("summary: "));
    total.and_then(|total| total.trim().parse().ok()).expect("a summary in valgrind's profile")
}
