//! Asking the storage, and what is done when it doesn't answer.
//!
//! Only requests that are asking when the storage begins to fail wait for it: `breaker` keeps all others
//! from asking it, until `probe` finds it back.

mod breaker;
mod health;
mod on_error;
mod probe;

use std::{sync::Arc, time::Duration};

use ratelimit_core::{Batch, Decisions, Refund, Reply, Storage, StorageError, storage::MemoryStorage};

use self::breaker::Breaker;
pub use self::{health::StorageHealth, on_error::OnError};

/// Which storage charged a request, and so gives its refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Primary,
    Fallback,
}

/// What the limits say, and which storage says it; `None` when the storage failed and the request
/// passes uncounted.
pub(crate) type Answer = Option<(Source, Decisions)>;

/// The storage failed, and the request is turned away.
#[derive(Debug)]
pub(crate) struct Unavailable;

/// A storage with a deadline on every call and something to fall back on.
#[derive(Debug)]
pub(crate) struct Failover {
    primary: Arc<Breaker>,
    fallback: MemoryStorage,
}

impl Failover {
    pub(crate) fn new(
        primary: Arc<dyn Storage>,
        fallback: MemoryStorage,
        on_error: OnError,
        deadline: Duration,
        namespace: &str,
    ) -> Self {
        Self { primary: Arc::new(Breaker::new(primary, on_error, deadline, namespace)), fallback }
    }

    /// Charges all of the batch, or nothing.
    pub(crate) async fn acquire(&self, batch: &Batch<'_>) -> Result<Answer, Unavailable> {
        match self.ask(batch, || self.primary.storage.acquire(batch)).await {
            Some(decisions) => Ok(Some((Source::Primary, decisions))),
            None => self.instead(|| self.fallback.acquire(batch)),
        }
    }

    /// What [`acquire`](Self::acquire) would answer.
    pub(crate) async fn peek(&self, batch: &Batch<'_>) -> Result<Answer, Unavailable> {
        match self.ask(batch, || self.primary.storage.peek(batch)).await {
            Some(decisions) => Ok(Some((Source::Primary, decisions))),
            None => self.instead(|| self.fallback.peek(batch)),
        }
    }

    /// Gives charges back to the storage that made them. A refund that fails is lost: the client
    /// waits longer than it had to, and nobody gains by it.
    pub(crate) async fn refund(&self, source: Source, refunds: &[Refund<'_>]) {
        let given_back = match source {
            Source::Primary => self.refund_primary(refunds).await,
            // Memory answers at once and doesn't fail.
            Source::Fallback => matches!(self.fallback.refund(refunds).now(), Ok(Ok(()))),
        };
        if !given_back {
            self.primary.lose_refunds(refunds.len());
        }
    }

    /// How the primary does.
    pub(crate) fn health(&self) -> StorageHealth {
        self.primary.health()
    }

    /// Notes that a request is handled without the primary: once a request, however often it asks.
    pub(crate) fn request_without(&self) {
        self.primary.request_without();
    }

    /// When it is worth the while of a request that was turned away to come back.
    pub(crate) fn retry_after(&self) -> Duration {
        self.primary.probe.pause()
    }

    /// The primary's decisions on a batch, unless it fails or is known to.
    async fn ask<'a>(
        &self,
        batch: &Batch<'_>,
        ask: impl FnOnce() -> Reply<'a, Decisions>,
    ) -> Option<Decisions> {
        let period = self.primary.period()?;
        let answer = whole(batch, self.primary.within_deadline(ask()).await);
        if let Err(error) = &answer {
            self.primary.failed(period, error, batch.iter().map(|acquisition| acquisition.key));
        }
        answer.ok()
    }

    /// Whether the primary has given the charges back; while it fails it isn't asked.
    async fn refund_primary(&self, refunds: &[Refund<'_>]) -> bool {
        let Some(period) = self.primary.period() else { return false };
        let answer = self.primary.within_deadline(self.primary.storage.refund(refunds)).await;
        if let Err(error) = &answer {
            self.primary.failed(period, error, refunds.iter().map(|refund| refund.acquisition.key));
        }
        answer.is_ok()
    }

    /// What is answered in the primary's stead; the fallback is asked only if it is to answer.
    fn instead<'a>(&self, fallback: impl FnOnce() -> Reply<'a, Decisions>) -> Result<Answer, Unavailable> {
        match self.primary.on_error {
            // Memory answers at once and doesn't fail; if it ever did, nothing may pass unseen.
            OnError::Fallback => match fallback().now() {
                Ok(Ok(decisions)) => Ok(Some((Source::Fallback, decisions))),
                Ok(Err(_)) | Err(_) => Err(Unavailable),
            },
            OnError::Open => Ok(None),
            OnError::Closed => Err(Unavailable),
        }
    }
}

/// The decisions on a batch, if they are all there. Too few of them would let a request pass that
/// nobody has decided on.
fn whole(batch: &Batch<'_>, answer: Result<Decisions, StorageError>) -> Result<Decisions, StorageError> {
    let decisions = answer?;
    if decisions.len() == batch.len() {
        return Ok(decisions);
    }
    let (got, asked) = (decisions.len(), batch.len());
    Err(StorageError::permanent(format!("{got} decisions on {asked} limits")))
}

#[cfg(test)]
mod tests {
    use ratelimit_core::{Key, Limit, Policy, Quota, Strategy};

    use super::*;

    #[test]
    fn too_few_decisions_are_a_failure() {
        let limit = Limit::new(1, Duration::from_secs(1)).expect("a window");
        let policy = Policy::new(Quota::new(limit, Strategy::FixedWindow), "", ["data"]);
        let key = Key::from("alice");
        let (none, one) = (Batch::new(), Batch::of(&policy, &key, 1));
        let none_of_none = MemoryStorage::new().acquire(&none).now().expect("memory answers at once");
        assert!(whole(&none, none_of_none).is_ok());
        assert!(whole(&one, Ok(Decisions::default())).is_err(), "it would seem to allow all");
        assert!(Decisions::default().all_allowed());
    }
}
