//! How it scales over a cluster: where keys go, and what each node spends.
//!
//! Several servers on two cores get in each other's way, so their rate says nothing; what each spends of its
//! processor on a decision does, and from that and the keys' places follows what so many shards carry.

mod prediction;
mod spanning;
mod strategies;

use std::{thread::sleep, time::Duration};

use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::{Cluster, Redis};
use tokio::runtime::Runtime;

use crate::{
    load::{Lap, storages},
    report::Report,
    spent::Spent,
};

/// 64 a node.
const LAP: Lap = Lap { acquisitions: 19_200, in_flight: 192 };

/// How often each is measured.
fn rounds(report: &Report) -> usize {
    report.options.pick(5, 1)
}

/// What a fixed window of one limit costs a node.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    pub micros: f64,
}

pub fn measure(report: &mut Report, runtime: &Runtime) -> Costs {
    report.heading("Cluster");
    report.say(
        "Three masters on this machine. What several servers carry at once can't be measured on two cores: these are \
         microseconds of processor, summed over the nodes, and what follows from them.",
    );
    let cluster = Cluster::start();
    let micros = strategies::measure(report, runtime, &cluster);
    idle(report, &cluster);
    prediction::measure(report, runtime, &cluster, micros);
    spanning::measure(report, runtime, &cluster);
    Costs { micros }
}

fn storage(cluster: &Cluster) -> Vec<RedisStorage> {
    storages(&format!("redis+cluster://{}", cluster.addresses().join(",")), 1, 64)
}

fn nodes(cluster: &Cluster) -> Vec<&Redis> {
    cluster.nodes().iter().collect()
}

fn clear(cluster: &Cluster) {
    for node in cluster.nodes() {
        node.command(&["FLUSHALL", "SYNC"]);
    }
}

/// What being a part of a cluster costs a node that nobody asks.
fn idle(report: &mut Report, cluster: &Cluster) {
    let spent = || cluster.nodes().iter().map(|node| Spent::of(node).processor).sum::<f64>();
    let before = spent();
    sleep(Duration::from_secs(2));
    let share = (spent() - before) / 2e6 / cluster.nodes().len() as f64;
    report.say(&format!("A node that nobody asks is busy for {:.2} % of the time.", share * 100.0));
    report.figures("cluster_idle_share", &share);
}
