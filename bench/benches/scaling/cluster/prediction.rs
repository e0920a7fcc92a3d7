//! What so many shards carry: by the places of the real names of keys, and what a decision costs.

use std::sync::Arc;

use bench::median;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use ratelimit_core::Strategy;
use ratelimit_test_servers::{Cluster, SLOTS, slot_of};
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{clear, storage};
use crate::{
    load::{Lap, Load},
    report::{Report, percent, thousands},
};

const SHARDS: [usize; 5] = [1, 3, 6, 12, 24];
/// So many clients share the shards, in so many draws.
const CLIENTS: usize = 10_000;
const DRAWS: usize = 10;
const DRAWS_OF_A_QUICK_RUN: usize = 2;
const SEED: u64 = 40;

#[derive(Serialize)]
struct Row {
    shards: usize,
    /// The fullest shard's clients, of the mean: the median and the worst draw.
    imbalance: f64,
    worst_imbalance: f64,
    ceiling_of_equal_clients: f64,
    /// The busiest shard's part of all requests, and the busiest client's, by Zipf's law.
    busiest_shard: f64,
    busiest_client: f64,
    ceiling_by_zipf: f64,
    /// How often two keys are on two shards.
    apart: f64,
}

pub fn measure(report: &mut Report, runtime: &Runtime, cluster: &Cluster, micros: f64) {
    report.part("So many shards");
    let draws = report.options.pick(DRAWS, DRAWS_OF_A_QUICK_RUN);
    report.say(&format!(
        "Slots of the names that the storage gave the keys of {} clients on the real cluster, in {draws} draws of \
         10,000; shards have equal parts of the slots. A decision is {micros:.2} µs (fixed window, one limit), so \
         shards carry 1 / ({micros:.2} µs × the busiest shard's part of all requests). By Zipf's law the n-th client \
         makes 1/n of the first one's requests.",
        CLIENTS * draws
    ));
    let slots = slots(runtime, cluster, CLIENTS * draws);
    let rows = SHARDS.map(|shards| row(&slots, shards, micros));
    let columns = [
        "shards",
        "fullest / mean (worst draw)",
        "carry, clients alike",
        "× one",
        "busiest shard by Zipf",
        "carry by Zipf",
        "× one",
        "two keys apart",
    ];
    let cells = |row: &Row| {
        vec![
            row.shards.to_string(),
            format!("{:.2} ({:.2})", row.imbalance, row.worst_imbalance),
            thousands(row.ceiling_of_equal_clients),
            format!("{:.1}", row.ceiling_of_equal_clients / rows[0].ceiling_of_equal_clients),
            percent(row.busiest_shard),
            thousands(row.ceiling_by_zipf),
            format!("{:.1}", row.ceiling_by_zipf / rows[0].ceiling_by_zipf),
            percent(row.apart),
        ]
    };
    report.table(columns, rows.iter().map(cells));
    report.say(&format!(
        "One key is on one shard, whatever their number: it has at most {} decisions a second. The busiest of 10,000 \
         clients by Zipf's law makes {} of all requests.",
        thousands(1e6 / micros),
        percent(rows[0].busiest_client)
    ));
    report.figures("cluster_shards", &rows);
    let line = |name: &str, ceiling: fn(&Row) -> f64| {
        (name.to_owned(), rows.iter().map(|row| (row.shards as f64, ceiling(row))).collect())
    };
    let lines = [
        line("clients alike", |row| row.ceiling_of_equal_clients),
        line("by Zipf's law", |row| row.ceiling_by_zipf),
    ];
    report.plot("plot_shards", ["shards", "decisions_per_second"], &lines);
}

/// The slots of all clients' keys, in an order that is the same each time.
fn slots(runtime: &Runtime, cluster: &Cluster, clients: usize) -> Vec<usize> {
    clear(cluster);
    let load = Load::new(storage(cluster), Strategy::FixedWindow, "1000/day", clients);
    Arc::new(load).run(runtime, Lap { acquisitions: clients, in_flight: 250 });
    let mut names = Vec::new();
    for node in cluster.nodes() {
        let of_node: Vec<String> = node.query(&["KEYS", "ratelimit:*"]);
        for name in &of_node[..3] {
            assert_eq!(cluster.master_of(slot_of(name)).port(), node.port(), "a name and its slot");
        }
        names.extend(of_node);
    }
    assert_eq!(names.len(), clients, "all clients have their counters");
    names.sort_unstable();
    names.shuffle(&mut StdRng::seed_from_u64(SEED));
    names.iter().map(|name| usize::from(slot_of(name))).collect()
}

fn row(slots: &[usize], shards: usize, micros: f64) -> Row {
    let shard_of = |slot: &usize| slot * shards / usize::from(SLOTS);
    let shares = |weight: fn(usize) -> f64| -> Vec<f64> {
        slots.chunks(CLIENTS).map(|draw| busiest(draw.iter().map(shard_of), shards, weight)).collect()
    };
    let equal: Vec<f64> = shares(|_| 1.0).iter().map(|share| share * shards as f64).collect();
    let imbalance = median(equal.clone());
    let busiest_shard = median(shares(|rank| 1.0 / (rank + 1) as f64));
    let pairs = slots.chunks_exact(2);
    let apart = pairs.clone().filter(|pair| shard_of(&pair[0]) != shard_of(&pair[1])).count();
    Row {
        shards,
        imbalance,
        worst_imbalance: equal.into_iter().fold(1.0, f64::max),
        ceiling_of_equal_clients: 1e6 * shards as f64 / (micros * imbalance),
        busiest_shard,
        busiest_client: 1.0 / (1..=CLIENTS).map(|rank| 1.0 / rank as f64).sum::<f64>(),
        ceiling_by_zipf: 1e6 / (micros * busiest_shard),
        apart: apart as f64 / pairs.len() as f64,
    }
}

/// The busiest shard's part of all requests, when the client of a rank has such a weight.
fn busiest(clients: impl Iterator<Item = usize>, shards: usize, weight: fn(usize) -> f64) -> f64 {
    let mut loads = vec![0.0; shards];
    for (rank, shard) in clients.enumerate() {
        loads[shard] += weight(rank);
    }
    loads.iter().copied().fold(0.0, f64::max) / loads.iter().sum::<f64>()
}
