//! What decisions cost the nodes.

use ratelimit_core::Strategy::{self, FixedWindow, SlidingWindow, TokenBucket};
use ratelimit_test_servers::Cluster;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{LAP, clear, nodes, rounds, storage};
use crate::{
    cost::Cost,
    load::Load,
    report::{Report, thousands},
    shard::{CLIENTS, ONE, THREE},
};

#[derive(Serialize)]
struct Row {
    strategy: &'static str,
    limits: usize,
    ceiling_of_a_shard: f64,
    #[serde(flatten)]
    cost: Cost,
}

/// Tells the microseconds of a decision by a fixed window.
pub fn measure(report: &mut Report, runtime: &Runtime, cluster: &Cluster) -> f64 {
    report.part("A decision in a cluster");
    report.say("10,000 clients, 192 requests under way, so 64 a node; each goes alone, as its key may be on any node.");
    let kinds = [
        (FixedWindow, ONE),
        (FixedWindow, THREE),
        (SlidingWindow, ONE),
        (SlidingWindow, THREE),
        (TokenBucket, ONE),
        (TokenBucket, THREE),
    ];
    let rounds = rounds(report);
    let rows = kinds.map(|(strategy, limits)| row(runtime, cluster, strategy, limits, rounds));
    let columns = [
        "strategy",
        "limits",
        "a call",
        "µs in scripts",
        "µs of processor",
        "by node, %",
        "ceiling/s of a shard",
    ];
    report.table(columns, rows.iter().map(Row::cells));
    report.figures("cluster_strategies", &rows);
    rows[0].cost.micros_of_processor
}

fn row(runtime: &Runtime, cluster: &Cluster, strategy: Strategy, limits: &str, rounds: usize) -> Row {
    clear(cluster);
    let load = Load::new(storage(cluster), strategy, limits, CLIENTS);
    let limits = load.policies.len();
    let cost = Cost::measure(&nodes(cluster), runtime, load, LAP, rounds);
    Row { strategy: strategy.name(), limits, ceiling_of_a_shard: cost.ceiling(), cost }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let cost = &self.cost;
        let whole: f64 = cost.micros_of_each.iter().sum();
        let shares: Vec<_> =
            cost.micros_of_each.iter().map(|micros| format!("{:.0}", micros / whole * 100.0)).collect();
        vec![
            self.strategy.to_owned(),
            self.limits.to_string(),
            format!("{:.1}", cost.decisions_per_call),
            format!("{:.2}", cost.micros_in_scripts),
            format!("{:.2}", cost.micros_of_processor),
            shares.join(" / "),
            thousands(self.ceiling_of_a_shard),
        ]
    }
}
