//! Clients who go on asking while a server fails, and what they saw of it.

use std::{
    fmt,
    fs::OpenOptions,
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ratelimit_core::{Key, Policy, RateLimiter, Strategy};
use tokio::{task::JoinHandle, time::sleep};

use super::{Asked, ask, eventually, policy};

const CLIENTS: u64 = 8;

/// Eight clients, each of whom asks again as soon as it is answered.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    /// How many were answered since the last that was not.
    well: Arc<AtomicU64>,
    clients: Vec<JoinHandle<Vec<Sample>>>,
}

struct Sample {
    begun: Instant,
    took: Duration,
    asked: Asked,
}

impl Load {
    /// Lets clients ask a limit that nobody reaches, and waits until they are answered.
    pub(crate) async fn start(limiter: &RateLimiter) -> Self {
        let policy = policy(Strategy::FixedWindow, "1000000000/day", "load");
        let (stop, well) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let clients = (0..CLIENTS)
            .map(|client| {
                let (limiter, policy) = (limiter.clone(), policy.clone());
                let (stop, well) = (Arc::clone(&stop), Arc::clone(&well));
                tokio::spawn(async move { knock(&limiter, &policy, client, &stop, &well).await })
            })
            .collect();
        let load = Self { stop, well, clients };
        load.is_answered().await;
        load
    }

    /// Waits until all are answered, for a while.
    pub(crate) async fn is_answered(&self) {
        self.well.store(0, Ordering::SeqCst);
        eventually("clients to be answered", || async { self.well.load(Ordering::SeqCst) > CLIENTS * 20 })
            .await;
    }

    /// Waits until they are answered again after `healed`, and tells what they saw.
    pub(crate) async fn finish(self, fault: &str, healed: Instant) -> Seen {
        self.is_answered().await;
        self.stop.store(true, Ordering::SeqCst);
        let mut seen = Seen::default();
        for client in self.clients {
            for sample in client.await.expect("no panic") {
                seen.add(sample, healed);
            }
        }
        seen.write_down(fault);
        // Nobody waits longer than its deadline, give or take a machine that is very busy.
        assert!(seen.longest < Duration::from_secs(10), "{fault}: {seen}");
        assert!(seen.permanent.is_empty(), "{fault}: {:?}", seen.permanent);
        assert!(seen.recovered_after < Duration::from_secs(10), "{fault}: {seen}");
        seen
    }
}

async fn knock(
    limiter: &RateLimiter,
    policy: &Policy,
    client: u64,
    stop: &AtomicBool,
    well: &AtomicU64,
) -> Vec<Sample> {
    let mut samples = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let begun = Instant::now();
        let asked = ask(limiter, policy, &Key::from(client)).await;
        if asked.is_answered() {
            well.fetch_add(1, Ordering::SeqCst);
        } else {
            well.store(0, Ordering::SeqCst);
        }
        samples.push(Sample { begun, took: begun.elapsed(), asked });
        sleep(Duration::from_millis(1)).await;
    }
    samples
}

/// What clients saw of a fault.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) sent: u64,
    pub(crate) answered: u64,
    pub(crate) errors: u64,
    pub(crate) late: u64,
    pub(crate) longest: Duration,
    /// How long after the fault's end the last request was sent that was not answered.
    pub(crate) recovered_after: Duration,
    /// Errors that tell not to try again.
    permanent: Vec<String>,
}

impl Seen {
    fn add(&mut self, sample: Sample, healed: Instant) {
        self.sent += 1;
        self.longest = self.longest.max(sample.took);
        match sample.asked {
            Asked::Allowed | Asked::Refused => {
                self.answered += 1;
                return;
            }
            Asked::Late => self.late += 1,
            Asked::Failed(error) => {
                self.errors += 1;
                if !error.is_transient() {
                    self.permanent.push(error.to_string());
                }
            }
        }
        let ended = sample.begun + sample.took;
        self.recovered_after = self.recovered_after.max(ended.saturating_duration_since(healed));
    }

    /// Adds a line to `target/tmp/faults.md`.
    fn write_down(&self, fault: &str) {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.md");
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| writeln!(file, "| {fault} {self}")).expect("cargo's folder for tests");
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, answered, errors, late, longest, recovered_after, .. } = self;
        write!(f, "| {sent} | {answered} | {errors} | {late} | {longest:.0?} | {recovered_after:.0?} |")
    }
}
