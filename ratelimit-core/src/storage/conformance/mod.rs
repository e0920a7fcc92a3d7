//! What every storage must do, as a suite that any of them can run.
//!
//! Give the suite a [`Subject`]: a way to fresh storages and a way to let time pass. Then [`run`] all
//! cases and [`Report::assert`] that none failed. No runtime is assumed: drive the future with whatever
//! the storage needs.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//!
//! use futures_util::FutureExt;
//! use ratelimit_core::{
//!     ManualClock, MemoryStorage, Storage, StorageError,
//!     storage::conformance::{self, Subject, Timing},
//! };
//!
//! struct Memory(ManualClock);
//!
//! impl Subject for Memory {
//!     fn timing(&self) -> Timing {
//!         Timing::manual()
//!     }
//!
//!     async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
//!         Ok(Arc::new(MemoryStorage::builder().clock(self.0.clone()).build()))
//!     }
//!
//!     async fn pass(&self, time: Duration) {
//!         self.0.advance(time);
//!     }
//! }
//!
//! let report = conformance::run(&Memory(ManualClock::new())).now_or_never().expect("memory never waits");
//! report.assert();
//! assert!(report.passed().contains(&"atomicity::all_or_none_over_keys"));
//! ```
//!
//! # Storages whose time can't be set
//! A server counts by its own clock, so [`Subject::pass`] has to wait for real, and between two steps
//! some time passes that nobody asked for. [`Timing::real`] says how long the windows of the cases
//! are, one or two seconds, and how much unasked time to forgive. Cases then ask about moments that
//! far before and after the exact one; with [`Timing::manual`] they ask a nanosecond before and after.

mod cases;
mod join;
mod scene;

use std::{fmt, future::Future, sync::Arc, time::Duration};

use self::scene::Scene;
use super::{Storage, StorageError};

/// A storage under test.
#[diagnostic::on_unimplemented(
    message = "the suite can't make `{Self}` storages",
    label = "needs `Subject`: how to get a fresh storage and how to let time pass"
)]
pub trait Subject {
    /// How exactly time can be told.
    fn timing(&self) -> Timing;

    /// A storage without any counters, by the same clock as the others before it. Asked for once a
    /// case.
    fn fresh(&self) -> impl Future<Output = Result<Arc<dyn Storage>, StorageError>>;

    /// Lets at least `time` pass on the storage's clock: moves a clock that is set by hand, or waits.
    fn pass(&self, time: Duration) -> impl Future<Output = ()>;
}

/// How exactly a [`Subject`]'s time can be told.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    window: Duration,
    tolerance: Duration,
}

impl Timing {
    /// Time stands still unless the suite lets it pass: everything is checked to the nanosecond.
    #[must_use]
    pub const fn manual() -> Self {
        Self { window: Duration::from_mins(1), tolerance: Duration::ZERO }
    }

    /// Time passes by itself. Cases use windows of `window` and forgive it to be off by `tolerance`,
    /// which must cover everything that happens between two waits: the round trips of a handful of
    /// calls, and sleeps that end late. A window should be at least 20 tolerances: two seconds and
    /// 100 milliseconds, say.
    #[must_use]
    pub const fn real(window: Duration, tolerance: Duration) -> Self {
        Self { window, tolerance }
    }
}

/// Runs every case, each on a fresh storage, one after another.
///
/// Cases that fail don't stop the others.
pub async fn run(subject: &impl Subject) -> Report {
    run_only(subject, |_| true).await
}

/// Runs the cases whose names are wanted, as [`run`] does: to run those again that failed because the machine
/// stood still while real time passed.
pub async fn run_only(subject: &impl Subject, wanted: impl Fn(&str) -> bool) -> Report {
    let mut report = Report::default();
    for case in cases::all().into_iter().filter(|case| wanted(case.name)) {
        let outcome = match subject.fresh().await {
            Ok(storage) => (case.run)(Scene::new(subject, storage)).await,
            Err(error) => Err(Failure::from(error)),
        };
        match outcome {
            Ok(()) => report.passed.push(case.name),
            Err(Failure(what)) => report.failed.push((case.name, what)),
        }
    }
    report
}

/// Which cases passed and which failed.
#[derive(Clone, Debug, Default)]
#[must_use = "a report may tell of failures"]
pub struct Report {
    passed: Vec<&'static str>,
    failed: Vec<(&'static str, String)>,
}

impl Report {
    /// The names of the cases that passed.
    #[must_use]
    pub fn passed(&self) -> &[&'static str] {
        &self.passed
    }

    /// The names of the cases that failed, and how.
    #[must_use]
    pub fn failed(&self) -> &[(&'static str, String)] {
        &self.failed
    }

    /// Ends the test unless every case passed.
    ///
    /// # Panics
    /// With the names of the cases that failed, and how, if there are any.
    pub fn assert(&self) {
        assert!(self.failed.is_empty(), "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cases passed, {} failed", self.passed.len(), self.failed.len())?;
        for (case, what) in &self.failed {
            write!(f, "\n  {case}: {what}")?;
        }
        Ok(())
    }
}

/// What a case found wrong.
#[derive(Debug)]
struct Failure(String);

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self(format!("the storage failed: {error}"))
    }
}

type Outcome = Result<(), Failure>;
