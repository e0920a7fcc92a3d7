//! What requests cost whose limits count several keys, a client's and everybody's.

use ratelimit_core::{Policy, Strategy};
use ratelimit_test_servers::Cluster;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{LAP, clear, nodes, rounds, storage};
use crate::{
    cost::Cost,
    load::{Load, policies},
    report::{Report, thousands},
    shard::{CLIENTS, ONE},
};

#[derive(Serialize)]
struct Row {
    request: &'static str,
    calls: f64,
    /// Of the node that has everybody's key.
    micros_of_the_hottest: f64,
    ceiling_of_the_hottest: f64,
    #[serde(flatten)]
    cost: Cost,
}

pub fn measure(report: &mut Report, runtime: &Runtime, cluster: &Cluster) {
    report.part("Requests of several keys");
    report.say(
        "A client's counters share a slot and are decided in one call, however many lists of limits they are of. A \
         second key, such as everybody's, makes a second call after the first, on whatever nodes the two are, and a \
         third that gives back if the second refuses. Everybody's key is one key: its node is in every request.",
    );
    let rounds = rounds(report);
    let rows = [
        row(runtime, cluster, rounds, "one list of a client", |_| {}),
        row(runtime, cluster, rounds, "two lists of a client", |load| {
            load.policies.push(named("other", ONE))
        }),
        row(runtime, cluster, rounds, "a client's and everybody's", |load| {
            load.shared = Some(named("all", ONE))
        }),
        row(runtime, cluster, rounds, "the same, everybody's refuses", |load| {
            load.shared = Some(named("all", "0/minute"));
            load.allowed = false;
        }),
    ];
    let cells = |row: &Row| {
        vec![
            row.request.to_owned(),
            format!("{:.1}", row.calls),
            format!("{:.2}", row.cost.micros_of_processor),
            format!("{:.2}", row.micros_of_the_hottest),
            thousands(row.ceiling_of_the_hottest),
        ]
    };
    let columns = ["request", "calls", "µs of all nodes", "µs of the hottest node", "at most, requests/s"];
    report.table(columns, rows.iter().map(cells));
    report.say(
        "The last column is for three nodes; with more, everybody's node has less besides its own key, and the bound \
         goes up to that of one key.",
    );
    report.figures("cluster_several_keys", &rows);
}

fn row(
    runtime: &Runtime,
    cluster: &Cluster,
    rounds: usize,
    request: &'static str,
    change: impl FnOnce(&mut Load),
) -> Row {
    clear(cluster);
    let mut load = Load::new(storage(cluster), Strategy::FixedWindow, ONE, CLIENTS);
    change(&mut load);
    let cost = Cost::measure(&nodes(cluster), runtime, load, LAP, rounds);
    let hottest = cost.micros_of_each.iter().copied().fold(0.0, f64::max);
    Row {
        request,
        calls: 1.0 / cost.decisions_per_call,
        micros_of_the_hottest: hottest,
        ceiling_of_the_hottest: 1e6 / hottest,
        cost,
    }
}

fn named(name: &str, limit: &str) -> Policy {
    let quota = *policies(Strategy::FixedWindow, limit)[0].quota();
    Policy::new(quota, "bench", [name])
}
