//! Hits, each of them timed.

use std::{hint::black_box, time::Instant};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// What is told of a run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Pauses {
    pub hits: u64,
    pub longest_ms: f64,
    pub p9999_us: f64,
    pub mean_ns: f64,
    /// When what was idle had gone, if anything was.
    pub gone_after_ms: Option<f64>,
}

/// How long the hits took so far.
pub struct Timed {
    nanos: Histogram<u64>,
    longest: u64,
}

impl Timed {
    pub fn new() -> Self {
        let hour = 3600 * 1_000_000_000;
        Self { nanos: Histogram::new_with_bounds(1, hour, 2).expect("bounds"), longest: 0 }
    }

    pub fn time<T>(&mut self, hit: impl FnOnce() -> T) {
        let began = Instant::now();
        black_box(hit());
        let nanos = began.elapsed().as_nanos() as u64;
        self.longest = self.longest.max(nanos);
        self.nanos.saturating_record(nanos);
    }

    pub fn pauses(&self, gone_after_ms: Option<f64>) -> Pauses {
        Pauses {
            hits: self.nanos.len(),
            longest_ms: self.longest as f64 / 1e6,
            p9999_us: self.nanos.value_at_quantile(0.9999) as f64 / 1e3,
            mean_ns: self.nanos.mean(),
            gone_after_ms,
        }
    }
}

/// Reads the clock for about as long as so many hits would take.
pub fn floor(hits: u64) -> Pauses {
    let mut timed = Timed::new();
    (0..hits * 20).for_each(|reading| timed.time(|| reading));
    timed.pauses(None)
}
