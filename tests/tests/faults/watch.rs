//! Looking at the storage's health every moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use ratelimit_actix::Limiter;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// When the storage was failing: from, until.
    pub(crate) outages: Vec<(Instant, Option<Instant>)>,
    /// How long the machine has kept this thread from looking, at most. Requests may have waited for it as long.
    pub(crate) stall: Duration,
}

impl Seen {
    /// Whether the storage was failing at some time between the two.
    pub(crate) fn was_failing(&self, from: Instant, until: Instant) -> bool {
        // What happened between two looks is seen by the second.
        let slack = Duration::from_millis(20) + self.stall;
        self.outages
            .iter()
            .any(|(began, ended)| *began <= until + slack && ended.is_none_or(|ended| ended + slack >= from))
    }
}

/// A thread that looks.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

impl Watch {
    pub(crate) fn start(limiter: Limiter) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let (mut seen, mut last) = (Seen::default(), Instant::now());
            while !stopped.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
                let now = Instant::now();
                seen.stall = seen.stall.max(now - last);
                last = now;
                let failing = limiter.storage_health().failing_for();
                match (failing, seen.outages.last_mut()) {
                    (Some(time), None | Some((_, Some(_)))) => {
                        seen.outages.push((now.checked_sub(time).unwrap_or(now), None));
                    }
                    (None, Some((_, ended @ None))) => *ended = Some(now),
                    _ => {}
                }
            }
            seen
        });
        Self { stop, thread }
    }

    pub(crate) fn end(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("nothing in it panics")
    }
}
