//! Whether the storage is asked: a circuit breaker.
//!
//! The first call that fails begins an outage. From then on nobody asks the storage but the probe, which
//! ends the outage when it is answered. Calls that were on their way at a switch change nothing any more:
//! they tell how the storage did before it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::rt::time::timeout;
use parking_lot::Mutex;
use ratelimit_core::{Key, Reply, Storage, StorageError};

use super::{
    OnError, StorageHealth,
    health::Count,
    probe::{self, Probe},
};
use crate::observe::{self, Call, Operation};

/// A storage, and whether it is to be asked.
#[derive(Debug)]
pub(super) struct Breaker {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) on_error: OnError,
    /// The storage's promise, which then nobody is prepared to wait for.
    pub(super) answers_at_once: bool,
    deadline: Duration,
    /// How often the storage has begun to fail or to answer again: even while it is asked. Requests read
    /// it; it is written under the lock of `outage`.
    switches: AtomicU64,
    outage: Mutex<Option<Outage>>,
    pub(super) probe: Probe,
    /// Whether there is a probe: see [`probe::Running`].
    pub(super) probing: AtomicBool,
    failed_calls: Count,
    requests_without: Count,
    lost_refunds: Count,
}

/// What is known of the time since the storage began to fail.
#[derive(Debug)]
struct Outage {
    since: Instant,
    /// The keys of the call that failed, which the probe asks for.
    keys: Vec<Key>,
    /// How many requests had been answered without the storage before.
    requests_before: u64,
    /// Whether it has been said that refunds are lost.
    loses_refunds: bool,
}

/// The time between two switches. A failure counts for the period in which the call was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period(u64);

impl Breaker {
    pub(super) fn new(
        storage: Arc<dyn Storage>,
        on_error: OnError,
        deadline: Duration,
        namespace: &str,
    ) -> Self {
        Self {
            answers_at_once: storage.answers_at_once(),
            storage,
            on_error,
            deadline,
            switches: AtomicU64::new(0),
            outage: Mutex::default(),
            probe: Probe::new(namespace),
            probing: AtomicBool::new(false),
            failed_calls: Count::default(),
            requests_without: Count::default(),
            lost_refunds: Count::default(),
        }
    }

    /// When a call would be made now; `None` while the storage fails and is not to be asked.
    ///
    /// All that a request pays while the storage does well is this one load.
    #[inline]
    pub(super) fn period(self: &Arc<Self>) -> Option<Period> {
        let switches = self.switches.load(Ordering::Relaxed);
        if switches.is_multiple_of(2) {
            return Some(Period(switches));
        }
        // The last probe may have ended with the runtime it ran on.
        self.keep_probing();
        None
    }

    /// The storage's answer to a call made for a request, if it comes in time.
    pub(super) async fn call<'a, T: Unpin>(
        &self,
        operation: Operation,
        ask: impl FnOnce() -> Reply<'a, T>,
    ) -> Result<T, StorageError> {
        let call = Call::begin(operation);
        match call.ask(ask).now() {
            Ok(answer) => answer,
            Err(_) if self.answers_at_once => Err(broken_promise()),
            Err(later) => call.wait(self.in_time(later)).await,
        }
    }

    /// The storage's answer, if it comes in time.
    pub(super) async fn within_deadline<T: Unpin>(&self, reply: Reply<'_, T>) -> Result<T, StorageError> {
        match reply.now() {
            Ok(answer) => answer,
            Err(later) => self.in_time(later).await,
        }
    }

    /// An answer that comes later, if it comes in time.
    ///
    /// Boxed, so that a request's future has no room for it where the storage answers at once.
    fn in_time<'a, T: Unpin>(
        &self,
        later: Reply<'a, T>,
    ) -> Pin<Box<impl Future<Output = Result<T, StorageError>> + use<'a, T>>> {
        let deadline = self.deadline;
        Box::pin(async move {
            timeout(deadline, later)
                .await
                .unwrap_or_else(|_| Err(StorageError::transient(format!("no answer within {deadline:?}"))))
        })
    }

    /// Notes that a call made in `period` for `keys` has failed, and begins an outage if none has begun
    /// since.
    #[cold]
    pub(super) fn failed<'a>(
        self: &Arc<Self>,
        period: Period,
        error: &StorageError,
        keys: impl Iterator<Item = &'a Key>,
    ) {
        self.call_failed();
        let mut outage = self.outage.lock();
        if self.switches.load(Ordering::Relaxed) != period.0 {
            return;
        }
        *outage = Some(Outage {
            since: Instant::now(),
            keys: keys.cloned().collect(),
            requests_before: self.requests_without.get(),
            loses_refunds: false,
        });
        self.switches.store(period.0 + 1, Ordering::Relaxed);
        drop(outage); // before anything is called that is not ours: a logger, a recorder
        observe::storage_fails(error, self.on_error);
        self.keep_probing();
    }

    /// The same of a call of a storage that answers at once, whose reply `check` finds wanting if it is no failure.
    #[cold]
    pub(super) fn failed_call<'k, T>(
        self: &Arc<Self>,
        period: Period,
        reply: Reply<'_, T>,
        check: impl FnOnce(Result<T, StorageError>) -> Result<T, StorageError>,
        keys: impl Iterator<Item = &'k Key>,
    ) {
        let answer = reply.now().unwrap_or_else(|_| Err(broken_promise()));
        if let Err(error) = check(answer) {
            self.failed(period, &error, keys);
        }
    }

    /// Starts a probe unless there is one.
    #[cold]
    pub(super) fn keep_probing(self: &Arc<Self>) {
        // The load alone keeps the requests of an outage from contending for writes.
        if !self.probing.load(Ordering::Relaxed) && !self.probing.swap(true, Ordering::Relaxed) {
            probe::start(self);
        }
    }

    /// Whom the probe asks for: the keys of the call that failed. `None` when there is nothing to probe.
    pub(super) fn failed_keys(&self) -> Option<Vec<Key>> {
        self.outage.lock().as_ref().map(|outage| outage.keys.clone())
    }

    /// Notes that a call has failed, a request's or a probe's.
    pub(super) fn call_failed(&self) {
        self.failed_calls.add(1);
        observe::call_failed();
    }

    /// Ends the outage: the storage is asked again.
    pub(super) fn answers(&self) {
        let mut outage = self.outage.lock();
        let Some(over) = outage.take() else { return };
        self.switches.fetch_add(1, Ordering::Relaxed);
        drop(outage);
        observe::storage_is_back(observe::Outage {
            lasted: over.since.elapsed(),
            requests: self.requests_without.get() - over.requests_before,
        });
    }

    /// Notes that a request is answered without the storage.
    pub(super) fn request_without(&self) {
        self.requests_without.add(1);
        observe::request_without_storage();
    }

    /// Notes that charges can't be given back, and says so once an outage.
    #[cold]
    pub(super) fn lose_refunds(&self, count: usize) {
        self.lost_refunds.add(count);
        observe::refunds_lost(count);
        let mut outage = self.outage.lock();
        let Some(Outage { loses_refunds: said @ false, .. }) = outage.as_mut() else { return };
        *said = true;
        drop(outage);
        observe::first_refunds_lost();
    }

    pub(super) fn health(&self) -> StorageHealth {
        // Under the lock no switch comes between the numbers.
        let outage = self.outage.lock();
        StorageHealth {
            failing_for: outage.as_ref().map(|outage| outage.since.elapsed()),
            outages: self.switches.load(Ordering::Relaxed).div_ceil(2),
            failed_calls: self.failed_calls.get(),
            requests_without: self.requests_without.get(),
            lost_refunds: self.lost_refunds.get(),
        }
    }
}

#[cold]
fn broken_promise() -> StorageError {
    StorageError::permanent("a storage that says it answers at once wants to be waited for")
}

impl Drop for Breaker {
    fn drop(&mut self) {
        if self.outage.get_mut().is_some() {
            observe::failing_storage_is_dropped();
        }
    }
}

#[cfg(test)]
mod tests;
