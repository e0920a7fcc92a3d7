//! What one server carries.

mod memory;
mod replica;
mod sharing;

use std::sync::Arc;

use ratelimit_core::Strategy::{self, FixedWindow, MovingWindow, SlidingWindow, TokenBucket};
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{
    cost::Cost,
    load::{Lap, Load, storages},
    report::{Report, percent, thousands},
};

/// So wide that nothing is refused.
pub const ONE: &str = "10000000/minute";
pub const THREE: &str = "10000000/minute; 100000000/hour; 1000000000/day";
/// Windows so short that the logs of a run stay short.
const ONE_SHORT: &str = "1000000/100ms";
const THREE_SHORT: &str = "1000000/100ms; 2000000/200ms; 3000000/300ms";
/// Used up by the first hit.
const USED_UP: &str = "1/day";

pub const CLIENTS: usize = 10_000;
const LAP: Lap = Lap { acquisitions: 16_000, in_flight: 64 };

/// How often each is measured.
fn rounds(report: &Report) -> usize {
    report.options.pick(7, 1)
}

#[derive(Serialize)]
struct Row {
    strategy: &'static str,
    limits: usize,
    refused: bool,
    ceiling: f64,
    #[serde(flatten)]
    cost: Cost,
}

/// What a fixed window of one limit costs the server, in microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Costs {
    pub micros_a_call: f64,
    pub micros_a_request: f64,
}

impl Costs {
    /// Of a request, when so many share a call.
    pub fn micros(self, sharing: f64) -> f64 {
        self.micros_a_call / sharing + self.micros_a_request
    }
}

pub fn measure(report: &mut Report, runtime: &Runtime) -> Costs {
    report.heading("One shard");
    report.say(
        "One `redis-server`, one connection with 64 requests under way, 10,000 clients. The ceiling is what one \
         processor makes of the server's microseconds, whatever the clients cost; where the server was busy all \
         the time it has been seen, elsewhere it is foretold, and rather too low, as an idle server wakes for less.",
    );
    let redis = Redis::start();
    let rounds = rounds(report);
    let rows = [
        row(&redis, runtime, FixedWindow, ONE, true, rounds),
        row(&redis, runtime, FixedWindow, THREE, true, rounds),
        row(&redis, runtime, SlidingWindow, ONE, true, rounds),
        row(&redis, runtime, SlidingWindow, THREE, true, rounds),
        row(&redis, runtime, TokenBucket, ONE, true, rounds),
        row(&redis, runtime, TokenBucket, THREE, true, rounds),
        row(&redis, runtime, MovingWindow, ONE_SHORT, true, rounds),
        row(&redis, runtime, MovingWindow, THREE_SHORT, true, rounds),
        row(&redis, runtime, FixedWindow, USED_UP, false, rounds),
    ];
    let columns = [
        "strategy",
        "limits",
        "decisions/s",
        "a call",
        "µs in scripts",
        "µs of processor",
        "server busy",
        "ceiling/s",
    ];
    report.table(columns, rows.iter().map(Row::cells));
    report.figures("shard_strategies", &rows);
    replica::measure(report, runtime, &redis);
    let costs = sharing::measure(report, runtime, &redis);
    memory::measure(report, runtime, &redis);
    costs
}

fn row(
    redis: &Redis,
    runtime: &Runtime,
    strategy: Strategy,
    limits: &str,
    allowed: bool,
    rounds: usize,
) -> Row {
    redis.command(&["FLUSHALL"]);
    let mut load = Load::new(storages(&redis.uri(), 1, 64), strategy, limits, CLIENTS);
    if !allowed {
        load = used_up(load, runtime);
    }
    let limits = load.policies.len();
    let cost = Cost::measure(&[redis], runtime, load, LAP, rounds);
    Row { strategy: strategy.name(), limits, refused: !allowed, ceiling: cost.ceiling(), cost }
}

/// Takes of each client what it has.
fn used_up(load: Load, runtime: &Runtime) -> Load {
    let load = Arc::new(load);
    load.run(runtime, Lap { acquisitions: CLIENTS, in_flight: 50 });
    let load = Arc::into_inner(load).expect("tasks that have ended");
    Load { allowed: false, ..load }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let cost = &self.cost;
        vec![
            format!("{}{}", self.strategy, if self.refused { ", refused and not remembered" } else { "" }),
            self.limits.to_string(),
            thousands(cost.decisions_per_second),
            format!("{:.0}", cost.decisions_per_call),
            format!("{:.2}", cost.micros_in_scripts),
            format!("{:.2}", cost.micros_of_processor),
            percent(cost.busy()),
            thousands(self.ceiling),
        ]
    }
}
