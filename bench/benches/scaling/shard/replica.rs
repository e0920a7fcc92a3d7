//! What a replica costs its master, as there is one behind sentinels.

use ratelimit_core::Strategy;
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{CLIENTS, LAP, ONE, rounds};
use crate::{
    cost::Cost,
    load::{Load, storages},
    report::Report,
};

#[derive(Serialize)]
struct Figures {
    without: Cost,
    with: Cost,
}

pub fn measure(report: &mut Report, runtime: &Runtime, redis: &Redis) {
    let cost = |report: &Report| {
        let load = Load::new(storages(&redis.uri(), 1, 64), Strategy::FixedWindow, ONE, CLIENTS);
        Cost::measure(&[redis], runtime, load, LAP, rounds(report))
    };
    let without = cost(report);
    let replica = Redis::builder().replica_of(redis).start();
    let with = cost(report);
    drop(replica);
    report.say(&format!(
        "With a replica, as behind sentinels, the master spends {:.2} µs of processor on a decision, without {:.2} \
         (fixed window, one limit): it sends on what scripts write.",
        with.micros_of_processor, without.micros_of_processor
    ));
    report.figures("shard_replica", &Figures { without, with });
}
