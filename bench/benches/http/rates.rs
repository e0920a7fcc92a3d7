//! Requests a second and latencies, by `wrk`, in interleaved rounds.

use bench::{Options, interleave, median, median_ratio, server::Server, wrk};

use crate::{apps::App, figures::Rate};

const ROUNDS: usize = 7;
const SECONDS: &str = "1s";
/// Few, and busy all the time.
const CONNECTIONS: usize = 16;

/// What each app reaches, and how that stands to the others, in the rounds beside it.
pub fn measure(apps: &[App], options: &Options) -> Vec<Rate> {
    eprintln!("{} apps: rates", apps.len());
    let servers: Vec<_> = apps.iter().map(|app| Server::start(&app.words())).collect();
    let run = |app: usize| wrk::run(servers[app].port, CONNECTIONS, SECONDS, apps[app].refuses());
    for (app, server) in servers.iter().enumerate() {
        bench::client::warm_up(server.port); // the one request that is let through
        run(app);
    }
    let seen = interleave(options.pick(ROUNDS, 1), apps.len(), |app, _round| run(app));
    let rates: Vec<Vec<f64>> =
        seen.iter().map(|rounds| rounds.iter().map(|seen| seen.rate).collect()).collect();
    let rate = |(own, rounds): (&Vec<f64>, &Vec<wrk::Seen>)| Rate {
        rate: median(own.clone()),
        latencies: [0, 1, 2].map(|index| median(rounds.iter().map(|seen| seen.latencies[index]).collect())),
        beside: apps
            .iter()
            .zip(&rates)
            .map(|(app, rates)| (app.0.to_owned(), median_ratio(own, rates)))
            .collect(),
    };
    rates.iter().zip(&seen).map(rate).collect()
}
