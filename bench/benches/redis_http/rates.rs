//! Requests a second, by `wrk`, in interleaved rounds.

use bench::{median, median_ratio, server::Server, wrk};
use ratelimit_test_servers::Redis;

use crate::apps::App;

const ROUNDS: usize = 11;
const SECONDS: &str = "2s";
const CONNECTIONS: usize = 64;

const APPS: [App; 6] =
    [App::Floor, App::Plain, App::FloorInMain, App::Ours, App::Extensible, App::Limitation];

/// What ours is to reach of another app's rate.
const AIMS: [(App, f64); 3] = [(App::Floor, 0.9), (App::Extensible, 1.2), (App::Limitation, 4.0)];

pub fn measure(redis: &Redis, options: &bench::Options, fragment: &mut bench::Fragment) {
    let servers = APPS.map(|app| Server::start(&["serve", app.name(), &redis.uri()]));
    let rate = |server: &Server, seconds| wrk::run(server.port, CONNECTIONS, seconds, false).rate;
    for server in &servers {
        rate(server, "1s"); // connects, and fills what is kept
    }
    let mut rounds = APPS.map(|_| Vec::new());
    for round in 0..options.pick(ROUNDS, 2) {
        for turn in 0..servers.len() {
            let index = (round + turn) % servers.len();
            rounds[index].push(rate(&servers[index], options.pick(SECONDS, "1s")));
        }
    }
    let of = |app: App| &rounds[APPS.iter().position(|other| *other == app).expect("an app of them")];
    let head = ["app", "requests/s", "× floor", "ratelimit × this", "aim"];
    let mut table = bench::Table::new(head);
    for app in APPS {
        let ours = median_ratio(of(App::Ours), of(app));
        let aim = AIMS.iter().find(|(other, _)| *other == app).map(|(_, aim)| bench::Goal::AtLeast(*aim));
        let what = format!("requests/s, × {}", app.name());
        table.row([
            app.name().to_owned(),
            format!("{:.0}", median(of(app).clone())),
            format!("{:.2}", median_ratio(of(app), of(App::Floor))),
            format!("{ours:.2}"),
            aim.map(|aim| fragment.goal(what, aim, ours)).unwrap_or_default(),
        ]);
    }
    fragment.table(&table);
}
