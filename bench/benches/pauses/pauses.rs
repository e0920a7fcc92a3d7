//! Hits, each of them timed.
//!
//! A thread that another program has put off shows as a pause as well. How long a thread has waited for a core is told
//! by the kernel; asking it takes longer than a hit, so it is asked only about hits that took long.

use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// What is told of a run.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Pauses {
    pub hits: u64,
    pub longest_ms: f64,
    /// The longest without what its thread waited for a core.
    pub longest_on_core_ms: f64,
    pub p9999_us: f64,
    pub mean_ns: f64,
    /// When what was idle had gone, if anything was.
    pub gone_after_ms: Option<f64>,
}

/// How long the hits took so far.
pub struct Timed {
    nanos: Histogram<u64>,
    longest: u64,
    longest_on_core: u64,
    /// When the hit before had ended, and what the thread had waited when that was last asked.
    ended: Instant,
    waited: u64,
}

/// Whatever takes longer is asked about.
const LONG: Duration = Duration::from_micros(20);

impl Timed {
    pub fn new() -> Self {
        let hour = 3600 * 1_000_000_000;
        let nanos = Histogram::new_with_bounds(1, hour, 2).expect("bounds");
        Self { nanos, longest: 0, longest_on_core: 0, ended: Instant::now(), waited: waited() }
    }

    pub fn time<T>(&mut self, hit: impl FnOnce() -> T) {
        let mut began = Instant::now();
        if began - self.ended > LONG {
            // What was waited between two hits is none of this one's.
            self.waited = waited();
            began = Instant::now();
        }
        black_box(hit());
        self.ended = Instant::now();
        let took = self.ended - began;
        let nanos = took.as_nanos() as u64;
        self.longest = self.longest.max(nanos);
        self.nanos.saturating_record(nanos);
        let on_core = if took > LONG { nanos.saturating_sub(self.waited_since()) } else { nanos };
        self.longest_on_core = self.longest_on_core.max(on_core);
    }

    /// What the thread has waited since this was last asked.
    #[cold]
    fn waited_since(&mut self) -> u64 {
        let before = std::mem::replace(&mut self.waited, waited());
        self.waited - before
    }

    pub fn pauses(&self, gone_after_ms: Option<f64>) -> Pauses {
        Pauses {
            hits: self.nanos.len(),
            longest_ms: self.longest as f64 / 1e6,
            longest_on_core_ms: self.longest_on_core as f64 / 1e6,
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

/// How long this thread could have run but had no core, in nanoseconds; 0 where the kernel doesn't tell.
fn waited() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().nth(1).and_then(|nanos| nanos.parse().ok()).unwrap_or(0)
}
