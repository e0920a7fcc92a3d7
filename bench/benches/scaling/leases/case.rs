//! One load under one way to lease, and what came of it.

use ratelimit_core::Strategy;
use serde::Serialize;

use super::{
    books::Outcome,
    terms::{Ends, Terms},
    traces::{Demand, Shape},
    world,
};

/// What all cases are of, unless they say otherwise.
pub const AMOUNT: u64 = 10_000;
pub const MINUTE: u64 = 60_000_000;

pub const fn demand(shape: Shape, processes: u16, load: f64) -> Demand {
    Demand { shape, processes, amount: AMOUNT, window_micros: MINUTE, load, windows: 4 }
}

/// Figures of a case; shares are of 1.
#[derive(Clone, Serialize)]
pub struct Case {
    pub strategy: &'static str,
    pub shape: &'static str,
    pub processes: u16,
    pub amount: u64,
    pub window_seconds: f64,
    /// What was asked for, of the amount.
    pub load: f64,
    pub batch: u64,
    pub ends: &'static str,
    pub takes_a_share: bool,
    pub gives_back: bool,
    /// What a limiter admits that asks the shared storage for each request.
    pub exact: u64,
    pub calls_per_request: f64,
    /// What was not admitted, of what the exact one admits.
    pub under: f64,
    /// Requests that were refused while other processes held quota for them.
    pub refused_while_held: f64,
    /// What was too much in the worst window or at the worst moment, of the amount.
    pub over: f64,
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Case {
    pub fn of(strategy: Strategy, terms: Terms, demand: &Demand) -> Self {
        let trace = demand.trace();
        let exact = world::exact(strategy, demand, &trace);
        let outcome = world::simulate(strategy, terms, demand, &trace);
        let requests = outcome.requests as f64;
        Self {
            strategy: strategy.name(),
            shape: demand.shape.name(),
            processes: demand.processes,
            amount: demand.amount,
            window_seconds: demand.window_micros as f64 / 1e6,
            load: demand.load,
            batch: terms.batch,
            ends: match terms.ends {
                Ends::WithCharge => "with its window",
                Ends::OnceRefilled => "once refilled",
                Ends::Never => "never",
            },
            takes_a_share: terms.share_of.is_some(),
            gives_back: terms.gives_back.is_some(),
            exact,
            calls_per_request: outcome.tally.calls as f64 / requests,
            under: (exact as f64 - outcome.admitted as f64) / exact as f64,
            refused_while_held: outcome.refused_while_held as f64 / requests,
            over: outcome.over as f64 / demand.amount as f64,
            outcome,
        }
    }

    /// `0.010, −0.4 %`: calls a request, and what was not admitted.
    pub fn cell(&self) -> String {
        format!("{}, {}", calls(self.calls_per_request), lost(self.under))
    }
}

pub fn calls(calls_per_request: f64) -> String {
    if calls_per_request < 0.01 {
        format!("{calls_per_request:.4}")
    } else {
        format!("{calls_per_request:.3}")
    }
}

/// What was not admitted, or with `+` was too much; `0` for nothing at all.
pub fn lost(under: f64) -> String {
    match under * 100.0 {
        0.0 => "0".to_owned(),
        percent if percent.abs() < 0.05 => "0.0 %".to_owned(),
        percent if percent < 0.0 => format!("+{:.1} %", -percent),
        percent => format!("−{percent:.1} %"),
    }
}
