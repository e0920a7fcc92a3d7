//! Looking whether a storage that fails is back.
//!
//! A task asks the storage now and then until it answers. It asks for a real charge, the way requests
//! do: a replica that takes no writes, or a server without memory left, answers reads as ever. It charges
//! a counter of the limiter's own, so that no client pays, but for the keys of the call that failed: where
//! keys are spread over several servers, the one that failed is asked.
//!
//! The task runs where the request ran that started it, and ends with that worker or when the limiter
//! is dropped. Then the next request that finds the storage failing starts another.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::rt::time::sleep;
use ratelimit_core::{Batch, Key, Limit, Policy, Quota, Strategy};
use tokio::runtime::Handle;

use super::{breaker::Breaker, whole};

/// The first pause: long enough for a connection that broke to be made anew, too short to be noticed.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause. It is how long a storage may be back unseen; against what one request in five
/// seconds costs a server that is starting up, shorter pauses would gain little.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// More than probes can use up, in a window that is soon forgotten.
const LIMIT: Limit = match Limit::new(1_000_000, Duration::from_secs(1)) {
    Ok(limit) => limit,
    Err(_) => panic!("a second is a window"), // at compile time
};

/// What probes charge, and when the next one does.
#[derive(Debug)]
pub(super) struct Probe {
    policy: Policy,
    /// The present pause in milliseconds.
    pause: AtomicU64,
}

impl Probe {
    pub(super) fn new(namespace: &str) -> Self {
        let quota = Quota::new(LIMIT, Strategy::FixedWindow);
        let policy = Policy::new(quota, namespace, ["probe"]).with_name("probe");
        Self { policy, pause: AtomicU64::new(0) }
    }

    fn batch<'a>(&'a self, keys: &'a [Key]) -> Batch<'a> {
        let mut batch = Batch::new();
        for key in keys {
            batch.push(&self.policy, key, 1);
        }
        batch
    }

    /// About how long until the next probe.
    pub(super) fn pause(&self) -> Duration {
        Duration::from_millis(self.pause.load(Ordering::Relaxed))
    }
}

/// Starts a probe on the current runtime. The caller has set [`Breaker::probing`].
///
/// `actix_web::rt::spawn` would panic where an app is called without Actix's local task set, as by a test
/// under `#[tokio::test]`. Without any runtime there is nothing to spawn on, and no app to be called.
pub(super) fn start(breaker: &Arc<Breaker>) {
    let running = Running(Arc::downgrade(breaker));
    breaker.probe.pause.store(0, Ordering::Relaxed); // not that of the last outage
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(run(running));
    }
}

/// A probe that is running. When it ends, by itself or with its runtime, another may be started.
#[derive(Debug)]
pub(super) struct Running(Weak<Breaker>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(breaker) = self.0.upgrade() {
            breaker.probing.store(false, Ordering::Relaxed);
        }
    }
}

async fn run(running: Running) {
    let mut pauses = Pauses::new();
    loop {
        let pause = pauses.next();
        match running.0.upgrade() {
            Some(breaker) => breaker.probe.pause.store(millis(pause), Ordering::Relaxed),
            None => return,
        }
        // Nothing of the limiter is held meanwhile, so that it can be dropped.
        sleep(pause).await;
        let Some(breaker) = running.0.upgrade() else { return };
        if is_back(&breaker).await {
            breaker.answers();
            drop(running);
            // An outage that has begun since then found a probe, and counted on it.
            if breaker.health().is_failing() {
                breaker.keep_probing();
            }
            return;
        }
        breaker.call_failed();
    }
}

async fn is_back(breaker: &Breaker) -> bool {
    let Some(keys) = breaker.failed_keys() else { return true };
    let batch = breaker.probe.batch(&keys);
    let answer = breaker.within_deadline(breaker.storage.acquire(&batch)).await;
    whole(&batch, answer).is_ok()
}

fn millis(pause: Duration) -> u64 {
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}

/// Exponential backoff with jitter: the processes of a fleet, which all lost the storage in one
/// moment, don't all come back to it in one.
#[derive(Debug)]
struct Pauses {
    next: Duration,
}

impl Pauses {
    fn new() -> Self {
        Self { next: FIRST_PAUSE }
    }

    fn next(&mut self) -> Duration {
        let pause = self.next.mul_f64(0.5 + fastrand::f64());
        self.next = (self.next * 2).min(LONGEST_PAUSE);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_are_never_the_same() {
        let mut pauses = Pauses::new();
        for millis in [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            let (pause, middle) = (pauses.next(), Duration::from_millis(millis));
            assert!(middle / 2 <= pause && pause < middle * 3 / 2, "{pause:?} around {middle:?}");
        }
        let firsts = [(); 8].map(|()| Pauses::new().next());
        assert!(firsts.iter().any(|first| *first != firsts[0]), "{firsts:?}");
    }
}
