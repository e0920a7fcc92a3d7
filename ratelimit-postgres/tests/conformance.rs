//! The conformance suite, by a clock set by hand and by the server's own.

mod support;

use std::{
    sync::{Arc, Mutex, Weak},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use ratelimit_core::{
    ManualClock, RateLimiter, Storage, StorageError, Strategy,
    storage::conformance::{self, Subject, Timing},
};

use self::support::{Database, alice, patient, policy, runtime};

/// One database, emptied for each case.
struct Postgres {
    database: Database,
    clock: Option<ManualClock>,
}

impl Subject for Postgres {
    fn timing(&self) -> Timing {
        let real = Timing::real(Duration::from_millis(1500), Duration::from_millis(75));
        if self.clock.is_some() { Timing::manual() } else { real }
    }

    async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
        let mut builder = patient(&self.database.address());
        if let Some(clock) = &self.clock {
            builder = builder.clock(clock.clone());
        }
        let storage = builder.build().expect("right settings");
        storage.prepare().await?;
        self.database.execute("truncate ratelimit_v1.counters, ratelimit_v1.hits").await;
        Ok(Arc::new(storage))
    }

    async fn pass(&self, time: Duration) {
        match &self.clock {
            Some(clock) => clock.advance(time),
            None => tokio::time::sleep(time).await,
        }
    }
}

#[test]
fn postgres_conforms_to_the_nanosecond() {
    runtime().block_on(async {
        let subject = Postgres { database: Database::new().await, clock: Some(ManualClock::new()) };
        let report = conformance::run(&subject).await;
        report.assert();
        assert!(report.passed().len() >= 40, "{report}");
    });
}

/// Real time passes while a busy machine stands still. A case that fails while it did is run again.
#[test]
fn postgres_conforms_by_the_servers_clock() {
    runtime().block_on(async {
        let subject = Postgres { database: Database::new().await, clock: None };
        let mut watch = Watch::start();
        let mut report = conformance::run(&subject).await;
        for _ in 0..10 {
            if report.failed().is_empty() || watch.longest_stall() < STALL {
                break;
            }
            let failed: Vec<_> = report.failed().iter().map(|(case, _)| *case).collect();
            watch = Watch::start();
            report = conformance::run_only(&subject, |case| failed.contains(&case)).await;
        }
        report.assert();
    });
}

/// What the suite does not forgive: half its tolerance, as two of them may come together.
const STALL: Duration = Duration::from_millis(35);

/// Notices when the machine stands still: a thread that wants to wake up every few milliseconds.
struct Watch {
    longest: Arc<Mutex<Duration>>,
}

impl Watch {
    fn start() -> Self {
        let longest = Arc::default();
        let of_watch = Arc::downgrade(&longest);
        thread::spawn(move || {
            let mut before = Instant::now();
            while let Some(longest) = Weak::<Mutex<Duration>>::upgrade(&of_watch) {
                thread::sleep(Duration::from_millis(5));
                let mut longest = longest.lock().expect("nobody panics with it");
                *longest = longest.max(before.elapsed());
                before = Instant::now();
            }
        });
        Self { longest }
    }

    fn longest_stall(&self) -> Duration {
        *self.longest.lock().expect("nobody panics with it")
    }
}

/// The server's clock is read during the call, to the microsecond; what it says to wait for is enough.
#[test]
fn the_servers_clock_counts() {
    runtime().block_on(async {
        let limiter = RateLimiter::new(Database::new().await.storage());
        let unix = || SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_nanos() / 1000;
        for strategy in Strategy::ALL {
            let policy = policy(strategy, 3, Duration::from_millis(300), "clock");
            let before = unix();
            let decision = limiter.hit(&policy, &alice(), 3).await.expect("an answer");
            let charged = u128::from(decision.receipt().charged_at.as_nanos() / 1000);
            assert!(before <= charged && charged <= unix(), "{strategy}");
            // Until a pause between the two lets the second pass as well, it is refused.
            let refused = limiter.hit(&policy, &alice(), 2).await.expect("an answer");
            tokio::time::sleep(refused.retry_after().unwrap_or_default()).await;
            if !refused.is_allowed() {
                assert!(
                    limiter.hit(&policy, &alice(), 2).await.expect("an answer").is_allowed(),
                    "{strategy}"
                );
            }
        }
    });
}
