//! Requests a second, by `wrk`, in interleaved rounds.

use bench::{beside_aim, median, median_ratio, server::Server, wrk};
use ratelimit_test_servers::Redis;

use crate::apps::App;

const ROUNDS: usize = 11;
const SECONDS: &str = "2s";
const CONNECTIONS: usize = 64;

const APPS: [App; 6] =
    [App::Floor, App::Plain, App::FloorInMain, App::Ours, App::Extensible, App::Limitation];

/// What ours is to reach of another app's rate.
const AIMS: [(App, f64); 3] = [(App::Floor, 0.9), (App::Extensible, 1.2), (App::Limitation, 4.0)];

pub fn measure(redis: &Redis) {
    let servers = APPS.map(|app| Server::start(&["serve", app.name(), &redis.uri()]));
    let rate = |server: &Server, seconds| wrk::run(server.port, CONNECTIONS, seconds, false).rate;
    for server in &servers {
        rate(server, "1s"); // connects, and fills what is kept
    }
    let mut rounds = APPS.map(|_| Vec::new());
    for round in 0..ROUNDS {
        for turn in 0..servers.len() {
            let index = (round + turn) % servers.len();
            rounds[index].push(rate(&servers[index], SECONDS));
        }
    }
    let of = |app: App| &rounds[APPS.iter().position(|other| *other == app).expect("an app of them")];
    println!("\n| app | requests/s | × floor | ratelimit × this | aim |\n|---|---|---|---|---|");
    for app in APPS {
        let ours = median_ratio(of(App::Ours), of(app));
        let aim = AIMS.iter().find(|(other, _)| *other == app).map(|(_, aim)| *aim);
        println!(
            "| {} | {:.0} | {:.2} | {ours:.2} | {} |",
            app.name(),
            median(of(app).clone()),
            median_ratio(of(app), of(App::Floor)),
            beside_aim(ours, aim)
        );
    }
}
