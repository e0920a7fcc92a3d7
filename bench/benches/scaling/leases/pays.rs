//! When leases pay: how large they may be for an error that is allowed, and what they then save.

use ratelimit_core::Strategy;
use serde::Serialize;

use super::{
    case::{Case, MINUTE, calls, lost},
    terms::Terms,
    traces::{Demand, Shape},
};
use crate::{
    cluster::Costs as ClusterCosts,
    report::{Report, percent},
    shard::Costs as ShardCosts,
};

/// Errors that may be allowed: the part of a window's amount that may lie unused in leases.
const ERRORS: [f64; 2] = [0.01, 0.1];

pub fn measure(report: &mut Report) {
    report.part("The largest batch for an error");
    report.say(
        "Fixed window of a minute. If at most so much of the amount may lie unused, processes may take \
         1 + ⌊error × amount / processes⌋ at a time. Calls a request at 0.9 of the amount; what was not admitted at 1.2 \
         of it where the load moves from process to process, which is the worst of these shapes without deaths.",
    );
    let mut all = Vec::new();
    let mut rows = Vec::new();
    let amounts = report.options.pick(&[100, 1_000, 10_000, 100_000][..], &[100, 1_000]);
    for &amount in amounts {
        for processes in [2, 8, 32] {
            let mut row = vec![format!("{amount}"), processes.to_string()];
            for error in ERRORS {
                let batch = batch_for(error, amount, processes);
                let case = |shape, load| {
                    let demand = Demand { shape, processes, amount, window_micros: MINUTE, load, windows: 2 };
                    Case::of(Strategy::FixedWindow, Terms::plain(batch), &demand)
                };
                let (usual, moving) = (case(Shape::Poisson, 0.9), case(Shape::Moving, 1.2));
                assert!(moving.under <= error, "no more than was allowed: {}", moving.under);
                row.extend([batch.to_string(), calls(usual.calls_per_request), lost(moving.under)]);
                all.extend([usual, moving]);
            }
            rows.push(row);
        }
    }
    let columns =
        ["amount", "processes", "batch for 1 %", "calls", "moves", "batch for 10 %", "calls", "moves"];
    report.table(columns, rows);
    report.figures("leases_pays", &all);
}

fn batch_for(error: f64, amount: u64, processes: u16) -> u64 {
    1 + (error * amount as f64 / f64::from(processes)) as u64
}

#[derive(Serialize)]
struct Share {
    requests_per_second: f64,
    cluster_alone: f64,
    cluster_batches_of_10: f64,
    cluster_batches_of_100: f64,
    server_alone: f64,
    server_16_a_call: f64,
}

/// What a hot key takes of its shard, by the costs that were measured.
pub fn shares(report: &mut Report, shard: ShardCosts, cluster: ClusterCosts) {
    report.part("What one key takes of its shard");
    report.say(
        "Requests a second for one key × what they cost, of one processor; past 100 % the shard can't. In a cluster \
         each request or lease goes alone; on one server requests share calls, here by 16.",
    );
    let share = |rate: f64| Share {
        requests_per_second: rate,
        cluster_alone: rate * cluster.micros / 1e6,
        cluster_batches_of_10: rate * cluster.micros / 1e7,
        cluster_batches_of_100: rate * cluster.micros / 1e8,
        server_alone: rate * shard.micros(1.0) / 1e6,
        server_16_a_call: rate * shard.micros(16.0) / 1e6,
    };
    let rows = [100.0, 1e3, 1e4, 5e4, 1e5, 5e5].map(share);
    let cells = |row: &Share| {
        let shares = [
            row.cluster_alone,
            row.cluster_batches_of_10,
            row.cluster_batches_of_100,
            row.server_alone,
            row.server_16_a_call,
        ];
        [row.requests_per_second.to_string()].into_iter().chain(shares.map(percent)).collect()
    };
    let columns = [
        "requests/s",
        "cluster, today",
        "batches of 10",
        "batches of 100",
        "one server, alone",
        "16 a call (today)",
    ];
    report.table(columns, rows.iter().map(cells));
    report.figures("leases_hot_key", &rows);
    let shards = cluster.micros / shard.micros(16.0);
    report.say(&format!(
        "One server whose requests come 16 a call carries as many as {shards:.1} shards of a cluster, where each goes \
         alone; at 4 a call, as {:.1}.",
        cluster.micros / shard.micros(4.0)
    ));
}
