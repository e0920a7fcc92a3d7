//! What a client's counters take of the server's memory.

use std::sync::Arc;

use ratelimit_core::Strategy::{self, FixedWindow, MovingWindow, SlidingWindow, TokenBucket};
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{
    load::{Lap, Load, storages},
    report::Report,
};

const KEYS: usize = 100_000;
const KEYS_OF_A_QUICK_RUN: usize = 10_000;
const LIMITS: [&str; 2] = ["1000/day", "1000/day; 10000/week; 50000/month"];

#[derive(Serialize)]
struct Row {
    strategy: &'static str,
    limits: usize,
    hits: usize,
    bytes_a_client: f64,
}

pub fn measure(report: &mut Report, runtime: &Runtime, redis: &Redis) {
    report.part("Memory");
    report.say(
        "What `INFO memory` has more once 100,000 clients have a counter, a client: the key's name, its value, its \
         time to live and its part of the tables of keys, which are three quarters full at 100,000.",
    );
    let keys = report.options.pick(KEYS, KEYS_OF_A_QUICK_RUN);
    let [one, three] = LIMITS;
    let kinds = [
        (FixedWindow, one, 1),
        (FixedWindow, three, 1),
        (SlidingWindow, one, 1),
        (SlidingWindow, three, 1),
        (TokenBucket, one, 1),
        (TokenBucket, three, 1),
        (MovingWindow, one, 1),
        (MovingWindow, one, 10),
        (MovingWindow, three, 1),
    ];
    let rows = kinds.map(|(strategy, limits, hits)| row(redis, runtime, strategy, limits, hits, keys));
    let cells = |row: &Row| {
        vec![
            row.strategy.to_owned(),
            row.limits.to_string(),
            row.hits.to_string(),
            format!("{:.0}", row.bytes_a_client),
        ]
    };
    let columns = ["strategy", "limits", "hits a client", "bytes a client"];
    report.table(columns, rows.iter().map(cells));
    report.figures("shard_memory", &rows);
}

fn row(
    redis: &Redis,
    runtime: &Runtime,
    strategy: Strategy,
    limits: &str,
    hits: usize,
    clients: usize,
) -> Row {
    redis.command(&["FLUSHALL", "SYNC"]);
    let load = Arc::new(Load::new(storages(&redis.uri(), 1, 64), strategy, limits, clients));
    let lap = Lap { acquisitions: clients, in_flight: 250 };
    let warm = Load::new(storages(&redis.uri(), 1, 64), strategy, limits, 1);
    Arc::new(warm).run(runtime, Lap { acquisitions: 1, in_flight: 1 }); // the script takes memory too
    redis.command(&["FLUSHALL", "SYNC"]);
    let before = used(redis);
    for _ in 0..hits {
        load.run(runtime, lap);
    }
    let bytes_a_client = (used(redis) - before) / clients as f64;
    let keys = clients * if strategy == Strategy::MovingWindow { load.policies.len() } else { 1 };
    assert_eq!(redis.query::<usize, _>(&["DBSIZE"]), keys, "all clients have their counters");
    Row { strategy: strategy.name(), limits: load.policies.len(), hits, bytes_a_client }
}

fn used(redis: &Redis) -> f64 {
    redis.info("used_memory").and_then(|used| used.parse().ok()).expect("a number of bytes")
}
