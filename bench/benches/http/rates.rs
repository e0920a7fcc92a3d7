//! Requests a second and latencies, by `wrk`, in interleaved rounds.

use bench::{median, median_ratio, server::Server, wrk};

use crate::{
    apps::{self, App},
    report::{Figures, Rate},
};

const ROUNDS: usize = 7;
const SECONDS: &str = "1s";
/// Few, and busy all the time.
const CONNECTIONS: usize = 16;

pub fn measure(figures: &mut Figures) {
    for (app, rate) in rounds(&apps::ALL) {
        figures.set_rate(app, rate);
    }
}

pub fn measure_limits(figures: &mut Figures) {
    let all: Vec<App> = [apps::PLAIN].into_iter().chain(apps::LIMITS.iter().map(|(_, app)| *app)).collect();
    for (app, rate) in rounds(&all) {
        let limits = apps::LIMITS.iter().find(|(_, other)| *other == app).map_or(0, |(limits, _)| *limits);
        figures.set_rate_of_limits(limits, rate);
    }
}

/// What each app reaches, and how that stands to those that it is compared with, in the rounds beside it.
fn rounds(apps: &[App]) -> Vec<(App, Rate)> {
    let servers: Vec<_> = apps.iter().map(|app| Server::start(&app.words())).collect();
    let run =
        |index: usize, seconds| wrk::run(servers[index].port, CONNECTIONS, seconds, apps[index].refuses());
    for (index, server) in servers.iter().enumerate() {
        bench::client::warm_up(server.port); // the one request that is let through
        run(index, "1s");
    }
    let mut seen: Vec<Vec<wrk::Seen>> = apps.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for turn in 0..apps.len() {
            let index = (round + turn) % apps.len();
            seen[index].push(run(index, SECONDS));
        }
    }
    let rates: Vec<Vec<f64>> = seen.iter().map(|seen| seen.iter().map(|seen| seen.rate).collect()).collect();
    let beside = |own: &[f64]| {
        apps.iter().zip(&rates).map(|(app, rates)| (app.0.to_owned(), median_ratio(own, rates))).collect()
    };
    let latency =
        |seen: &[wrk::Seen], index: usize| median(seen.iter().map(|seen| seen.latencies[index]).collect());
    apps.iter()
        .zip(&rates)
        .zip(&seen)
        .map(|((app, own), seen)| {
            let latencies = [0, 1, 2].map(|index| latency(seen, index));
            (*app, Rate { rate: median(own.clone()), latencies, beside: beside(own) })
        })
        .collect()
}
