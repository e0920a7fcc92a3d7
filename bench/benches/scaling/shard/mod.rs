//! What one server carries.

mod memory;
mod replica;
mod sharing;
mod strategies;

use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{load::Lap, report::Report};

/// So wide that nothing is refused.
pub const ONE: &str = "10000000/minute";
pub const THREE: &str = "10000000/minute; 100000000/hour; 1000000000/day";

pub const CLIENTS: usize = 10_000;
const LAP: Lap = Lap { acquisitions: 16_000, in_flight: 64 };

/// How often each is measured.
fn rounds(report: &Report) -> usize {
    report.options.pick(7, 1)
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
    let redis = Redis::start();
    strategies::measure(report, runtime, &redis);
    replica::measure(report, runtime, &redis);
    let costs = sharing::measure(report, runtime, &redis);
    memory::measure(report, runtime, &redis);
    costs
}
