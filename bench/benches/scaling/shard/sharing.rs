//! What it is worth that requests which ask at the same time share a call.

use ratelimit_core::Strategy;
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{CLIENTS, Costs, ONE, rounds};
use crate::{
    cost::Cost,
    load::{Lap, Load, storages},
    report::{Report, percent, thousands},
};

/// Connections, requests under way on each, and how many may share a call.
const SHAPES: [(usize, usize, usize); 12] = [
    (1, 1, 64),
    (1, 4, 64),
    (1, 16, 64),
    (1, 64, 64),
    (1, 255, 255),
    (16, 1, 64),
    (16, 4, 64),
    (16, 16, 64),
    (64, 1, 64),
    (64, 4, 64),
    (1, 64, 1),
    (16, 16, 1),
];

#[derive(Serialize)]
struct Row {
    connections: usize,
    in_flight: usize,
    coalesce: usize,
    ceiling: f64,
    #[serde(flatten)]
    cost: Cost,
}

pub fn measure(report: &mut Report, runtime: &Runtime, redis: &Redis) -> Costs {
    report.part("Requests that share calls");
    report.say(
        "Fixed window, one limit. A connection is a worker of some process; what it has under way at a time is its \
         requests a second × the round trip. In the last two rows each request goes alone, as all do in a cluster.",
    );
    let rounds = rounds(report);
    let rows = SHAPES.map(|(connections, in_flight, coalesce)| {
        let storages = storages(&redis.uri(), connections, coalesce);
        let load = Load::new(storages, Strategy::FixedWindow, ONE, CLIENTS);
        // The slower ones make fewer.
        let lap = Lap { acquisitions: (connections * in_flight * 250).clamp(2_000, 16_000), in_flight };
        let cost = Cost::measure(&[redis], runtime, load, lap, rounds);
        Row { connections, in_flight, coalesce, ceiling: cost.ceiling(), cost }
    });
    let columns = [
        "connections",
        "under way on each",
        "at most a call",
        "were a call",
        "decisions/s",
        "µs of processor",
        "server busy",
        "ceiling/s",
    ];
    report.table(columns, rows.iter().map(Row::cells));
    report.figures("shard_sharing", &rows);
    let points = rows.iter().map(|row| (row.cost.decisions_per_call, row.cost.micros_of_processor)).collect();
    report.plot(
        "plot_sharing",
        ["requests_a_call", "micros_a_request"],
        &[("fixed window".to_owned(), points)],
    );
    let sharing: Vec<&Row> = rows.iter().filter(|row| row.coalesce > 1).collect();
    let costs = parts(&sharing);
    report.say(&format!(
        "By least squares over the rows that share, a call costs the server {:.1} µs, to receive and to answer it \
         included, and each request in it {:.1} µs more. Calls that come in one packet cost less: see the last rows.",
        costs.micros_a_call, costs.micros_a_request
    ));
    report.figures("shard_parts", &costs);
    costs
}

/// What a call costs, and what each request of it: the line through µs a request over calls a request. Points weigh
/// by the ratio that they are off.
fn parts(rows: &[&Row]) -> Costs {
    let point = |row: &&Row| {
        let (x, y) = (1.0 / row.cost.decisions_per_call, row.cost.micros_of_processor);
        (x, y, 1.0 / (y * y))
    };
    let points: Vec<(f64, f64, f64)> = rows.iter().map(point).collect();
    let weight: f64 = points.iter().map(|(_, _, weight)| weight).sum();
    let mean = |of: fn(&(f64, f64, f64)) -> f64| {
        points.iter().map(|point| of(point) * point.2).sum::<f64>() / weight
    };
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y) * point.2).sum();
    let variance: f64 = points.iter().map(|point| (point.0 - x) * (point.0 - x) * point.2).sum();
    let micros_a_call = covariance / variance;
    Costs { micros_a_call, micros_a_request: y - micros_a_call * x }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let cost = &self.cost;
        vec![
            self.connections.to_string(),
            self.in_flight.to_string(),
            self.coalesce.to_string(),
            format!("{:.1}", cost.decisions_per_call),
            thousands(cost.decisions_per_second),
            format!("{:.2}", cost.micros_of_processor),
            percent(cost.busy()),
            thousands(self.ceiling),
        ]
    }
}
