//! What a decision costs the servers, whatever the clients do.

use std::sync::Arc;

use bench::median;
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::{
    load::{Lap, Load},
    spent::Spent,
};

/// Medians of some rounds.
#[derive(Clone, Debug, Serialize)]
pub struct Cost {
    /// Decisions a second, with the client on the same machine.
    pub decisions_per_second: f64,
    pub decisions_per_call: f64,
    /// Microseconds of all servers a decision: in scripts, and all that their processors did.
    pub micros_in_scripts: f64,
    pub micros_of_processor: f64,
    /// The same of each server.
    pub micros_of_each: Vec<f64>,
}

impl Cost {
    /// Of one lap to get going, and so many more.
    pub fn measure(servers: &[&Redis], runtime: &Runtime, load: Load, lap: Lap, rounds: usize) -> Self {
        let load = Arc::new(load);
        load.run(runtime, lap); // connects, and makes the servers know the script
        let rounds: Vec<Self> = (0..rounds).map(|_| Self::of_round(servers, runtime, &load, lap)).collect();
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        let each = |server| median(rounds.iter().map(|round: &Self| round.micros_of_each[server]).collect());
        Self {
            decisions_per_second: of(|round| round.decisions_per_second),
            decisions_per_call: of(|round| round.decisions_per_call),
            micros_in_scripts: of(|round| round.micros_in_scripts),
            micros_of_processor: of(|round| round.micros_of_processor),
            micros_of_each: (0..servers.len()).map(each).collect(),
        }
    }

    fn of_round(servers: &[&Redis], runtime: &Runtime, load: &Arc<Load>, lap: Lap) -> Self {
        let before: Vec<Spent> = servers.iter().map(|server| Spent::of(server)).collect();
        let (took, count) = load.run(runtime, lap);
        let spent: Vec<Spent> =
            servers.iter().zip(before).map(|(server, before)| Spent::of(server).since(before)).collect();
        let sum = |figure: fn(&Spent) -> f64| spent.iter().map(figure).sum::<f64>();
        Self {
            decisions_per_second: count / took.as_secs_f64(),
            decisions_per_call: count / sum(|spent| spent.calls),
            micros_in_scripts: sum(|spent| spent.in_commands) / count,
            micros_of_processor: sum(|spent| spent.processor) / count,
            micros_of_each: spent.iter().map(|spent| spent.processor / count).collect(),
        }
    }

    /// How many decisions a second one processor makes that has nothing else to do.
    pub fn ceiling(&self) -> f64 {
        1e6 / self.micros_of_processor
    }

    /// How much of a processor the servers used; near 1 on one server the ceiling has been seen.
    pub fn busy(&self) -> f64 {
        self.decisions_per_second * self.micros_of_processor / 1e6
    }
}
