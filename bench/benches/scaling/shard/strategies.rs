//! What a decision costs the server, strategy by strategy.

use std::sync::Arc;

use ratelimit_core::Strategy::{self, FixedWindow, MovingWindow, SlidingWindow, TokenBucket};
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{CLIENTS, LAP, ONE, THREE, rounds};
use crate::{
    cost::Cost,
    load::{Lap, Load, storages},
    report::{Report, percent, thousands},
};

/// Windows so short that the logs of a run stay short.
const ONE_SHORT: &str = "1000000/100ms";
const THREE_SHORT: &str = "1000000/100ms; 2000000/200ms; 3000000/300ms";
/// Used up by the first hit.
const USED_UP: &str = "1/day";

/// What the counters have been through before.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// They are used up, and refusals aren't remembered.
    UsedUp,
    /// The list of limits has been another one, whose counters still live beside them.
    OtherLimits,
}

#[derive(Serialize)]
struct Row {
    name: String,
    limits: usize,
    ceiling: f64,
    #[serde(flatten)]
    cost: Cost,
}

pub fn measure(report: &mut Report, runtime: &Runtime, redis: &Redis) {
    report.say(
        "One `redis-server`, one connection with 64 requests under way, 10,000 clients. The ceiling is what one \
         processor makes of the server's microseconds, whatever the clients cost; where the server was busy all \
         the time it has been seen, elsewhere it is foretold, and rather too low, as an idle server wakes for less.",
    );
    let rounds = rounds(report);
    let kinds = [
        (FixedWindow, ONE, Before::Nothing),
        (FixedWindow, THREE, Before::Nothing),
        (SlidingWindow, ONE, Before::Nothing),
        (SlidingWindow, THREE, Before::Nothing),
        (TokenBucket, ONE, Before::Nothing),
        (TokenBucket, THREE, Before::Nothing),
        (MovingWindow, ONE_SHORT, Before::Nothing),
        (MovingWindow, THREE_SHORT, Before::Nothing),
        (FixedWindow, USED_UP, Before::UsedUp),
        (FixedWindow, ONE, Before::OtherLimits),
    ];
    let rows = kinds.map(|(strategy, limits, before)| row(redis, runtime, strategy, limits, before, rounds));
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
}

fn row(
    redis: &Redis,
    runtime: &Runtime,
    strategy: Strategy,
    limits: &str,
    before: Before,
    rounds: usize,
) -> Row {
    redis.command(&["FLUSHALL", "SYNC"]);
    let load = |limits| Load::new(storages(&redis.uri(), 1, 64), strategy, limits, CLIENTS);
    let mut asked = load(limits);
    let note = match before {
        Before::Nothing => "",
        Before::UsedUp => ", refused and not remembered",
        Before::OtherLimits => ", beside a counter of the list's former limits",
    };
    if !matches!(before, Before::Nothing) {
        hit_each(load(USED_UP), runtime);
    }
    asked.allowed = !matches!(before, Before::UsedUp);
    let limits = asked.policies.len();
    let cost = Cost::measure(&[redis], runtime, asked, LAP, rounds);
    redis.command(&["FLUSHALL", "SYNC"]);
    Row { name: format!("{strategy}{note}"), limits, ceiling: cost.ceiling(), cost }
}

/// Hits each client's limits once.
fn hit_each(load: Load, runtime: &Runtime) {
    Arc::new(load).run(runtime, Lap { acquisitions: CLIENTS, in_flight: 50 });
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let cost = &self.cost;
        vec![
            self.name.clone(),
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
