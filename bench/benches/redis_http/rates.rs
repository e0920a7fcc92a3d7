//! Requests a second, by `wrk`, in interleaved rounds.

use std::collections::BTreeMap;

use bench::{Fragment, Goal, Options, Table, interleave, median, median_ratio, server::Server, wrk};
use ratelimit_test_servers::Redis;

use crate::apps::App;

const ROUNDS: usize = 11;
const SECONDS: &str = "2s";
const CONNECTIONS: usize = 64;

const APPS: [App; 6] =
    [App::Floor, App::Plain, App::FloorInMain, App::Ours, App::Extensible, App::Limitation];

/// What ours is to reach of another app's rate.
const AIMS: [(App, f64); 3] = [(App::Floor, 0.9), (App::Extensible, 1.2), (App::Limitation, 4.0)];

/// Answers each app's rounds, by its name.
pub fn measure(
    redis: &Redis,
    options: &Options,
    fragment: &mut Fragment,
) -> BTreeMap<&'static str, Vec<f64>> {
    let rounds = rounds(redis, options);
    let of = |app: App| &rounds[app.name()];
    let mut table = Table::new(["app", "requests/s", "× floor", "ratelimit × this", "aim"]);
    for app in APPS {
        let ours = median_ratio(of(App::Ours), of(app));
        let aim = AIMS.iter().find(|(other, _)| *other == app).map(|(_, aim)| Goal::AtLeast(*aim));
        let what = format!("ratelimit; requests/s × {}", app.name());
        table.row([
            app.name().to_owned(),
            format!("{:.0}", median(of(app).clone())),
            format!("{:.2}", median_ratio(of(app), of(App::Floor))),
            format!("{ours:.2}"),
            aim.map(|aim| fragment.goal(what, aim, ours)).unwrap_or_default(),
        ]);
    }
    fragment.table(&table);
    rounds
}

fn rounds(redis: &Redis, options: &Options) -> BTreeMap<&'static str, Vec<f64>> {
    let servers = APPS.map(|app| Server::start(&[App::SERVE, app.name(), &redis.uri()]));
    let rate = |server: &Server, seconds| wrk::run(server.port, CONNECTIONS, seconds, false).rate;
    for server in &servers {
        rate(server, "1s"); // connects, and fills what is kept
    }
    let seconds = options.pick(SECONDS, "1s");
    let rounds =
        interleave(options.pick(ROUNDS, 2), servers.len(), |app, _round| rate(&servers[app], seconds));
    APPS.map(App::name).into_iter().zip(rounds).collect()
}
