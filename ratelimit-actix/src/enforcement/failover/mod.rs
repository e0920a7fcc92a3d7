//! Asking the storage, and what is done when it doesn't answer.
//!
//! Only requests that are asking when the storage begins to fail wait for it: `breaker` keeps all others
//! from asking it, until `probe` finds it back.

mod breaker;
mod health;
mod on_error;
mod probe;

use std::{sync::Arc, time::Duration};

use ratelimit_core::{
    Acquisition, Batch, Decision, Decisions, Receipt, Refund, Reply, Reset, Storage, StorageError,
    storage::MemoryStorage,
};

use self::breaker::Breaker;
pub use self::{health::StorageHealth, on_error::OnError};
use crate::observe::{Call, Operation};

/// Which storage charged a request, and so gives its refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Primary,
    Fallback,
}

/// What the limits say, and which storage says it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) decisions: Decisions,
    source: Source,
    /// Which of the decisions nobody has made: the storage failed, and these limits let requests pass then.
    uncounted: Vec<usize>,
}

impl Answer {
    pub(crate) fn by_primary(decisions: Decisions) -> Self {
        Self { decisions, source: Source::Primary, uncounted: Vec::new() }
    }

    /// Which storage made a decision; `None` if nobody has.
    pub(crate) fn source(&self, index: usize) -> Option<Source> {
        (!self.uncounted.contains(&index)).then_some(self.source)
    }

    /// Whether the storage itself has answered.
    pub(crate) fn is_by_primary(&self) -> bool {
        self.source == Source::Primary
    }
}

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

    /// Whether nothing that is asked here has to be waited for.
    pub(crate) fn answers_at_once(&self) -> bool {
        self.primary.answers_at_once
    }

    /// What becomes of requests while the storage fails, where a limit doesn't say.
    pub(crate) fn on_error(&self) -> OnError {
        self.primary.on_error
    }

    /// Charges all of the batch, or nothing. `on_error` says what holds for each acquisition, by its index,
    /// while the storage fails.
    pub(crate) async fn acquire(
        &self,
        batch: &Batch<'_>,
        on_error: impl Fn(usize) -> OnError,
    ) -> Result<Answer, Unavailable> {
        match self.ask(Operation::Acquire, batch, || self.primary.storage.acquire(batch)).await {
            Some(decisions) => Ok(Answer::by_primary(decisions)),
            None => instead(batch, on_error, |batch| at_once(self.fallback.acquire(batch))),
        }
    }

    /// The same by a storage that answers at once.
    pub(crate) fn acquire_now(
        &self,
        batch: &Batch<'_>,
        on_error: impl Fn(usize) -> OnError,
    ) -> Result<Answer, Unavailable> {
        match self.acquire_primary(batch, Decisions::clone) {
            Some(decisions) => Ok(Answer::by_primary(decisions)),
            None => self.acquire_instead(batch, on_error),
        }
    }

    /// What `look` makes of the storage's decisions, which stay where they are; `None` while it fails.
    pub(crate) fn acquire_primary<T>(
        &self,
        batch: &Batch<'_>,
        look: impl FnOnce(&Decisions) -> T,
    ) -> Option<T> {
        let period = self.primary.period()?;
        let reply = Call::begin(Operation::Acquire).ask(|| self.primary.storage.acquire(batch));
        match reply.answer() {
            Some(decisions) if decisions.len() == batch.len() => Some(look(decisions)),
            _ => {
                let keys = batch.iter().map(|hit| hit.key);
                self.primary.failed_call(period, reply, |decisions| whole(batch, decisions), keys);
                None
            }
        }
    }

    /// What is answered in its stead while it fails.
    #[cold]
    pub(crate) fn acquire_instead(
        &self,
        batch: &Batch<'_>,
        on_error: impl Fn(usize) -> OnError,
    ) -> Result<Answer, Unavailable> {
        instead(batch, on_error, |batch| at_once(self.fallback.acquire(batch)))
    }

    /// The same for one acquisition; `None` while the storage fails.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "calls would move keys and verdicts about, 20 instructions each"
    )]
    pub(crate) fn hit_primary(&self, hit: &Acquisition<'_>) -> Option<Decision> {
        let period = self.primary.period()?;
        let reply = Call::begin(Operation::Acquire).ask(|| self.primary.storage.acquire_one(hit));
        if let Some(decision) = reply.answer() {
            return Some(*decision);
        }
        self.primary.failed_call(period, reply, |decision| decision, [hit.key].into_iter());
        None
    }

    /// What is answered in its stead while it fails: a decision, and who has made it, if anybody has.
    #[cold]
    pub(crate) fn hit_instead(
        &self,
        hit: &Acquisition<'_>,
        on_error: impl Fn() -> OnError,
    ) -> Result<(Decision, Option<Source>), Unavailable> {
        let batch = Batch::of(hit.policy, hit.key, hit.cost);
        let answer = instead(&batch, |_| on_error(), |batch| at_once(self.fallback.acquire(batch)))?;
        let decision = answer.decisions.first().copied().ok_or(Unavailable)?;
        Ok((decision, answer.source(0)))
    }

    /// What [`acquire`](Self::acquire) would answer.
    pub(crate) async fn peek(
        &self,
        batch: &Batch<'_>,
        on_error: impl Fn(usize) -> OnError,
    ) -> Result<Answer, Unavailable> {
        match self.ask(Operation::Peek, batch, || self.primary.storage.peek(batch)).await {
            Some(decisions) => Ok(Answer::by_primary(decisions)),
            None => instead(batch, on_error, |batch| at_once(self.fallback.peek(batch))),
        }
    }

    /// Forgets counters, in the fallback too; answers how many the storage had.
    pub(crate) async fn reset(&self, target: Reset<'_>) -> Result<u64, StorageError> {
        // Memory answers at once and doesn't fail.
        let _ = self.fallback.reset(target).now();
        self.primary.call(Operation::Reset, || self.primary.storage.reset(target)).await
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
        operation: Operation,
        batch: &Batch<'_>,
        ask: impl FnOnce() -> Reply<'a, Decisions>,
    ) -> Option<Decisions> {
        let period = self.primary.period()?;
        let answer = whole(batch, self.primary.call(operation, ask).await);
        if let Err(error) = &answer {
            self.primary.failed(period, error, batch.iter().map(|acquisition| acquisition.key));
        }
        answer.ok()
    }

    /// Whether the primary has given the charges back; while it fails it isn't asked.
    async fn refund_primary(&self, refunds: &[Refund<'_>]) -> bool {
        let Some(period) = self.primary.period() else { return false };
        let answer = self.primary.call(Operation::Refund, || self.primary.storage.refund(refunds)).await;
        if let Err(error) = &answer {
            self.primary.failed(period, error, refunds.iter().map(|refund| refund.acquisition.key));
        }
        answer.is_ok()
    }
}

/// What is answered in the primary's stead: by memory for limits that fall back on it, which are asked
/// together, as ever; one limit that is closed turns the request away.
fn instead(
    batch: &Batch<'_>,
    on_error: impl Fn(usize) -> OnError,
    ask: impl for<'a> FnOnce(&'a Batch<'_>) -> Option<Decisions>,
) -> Result<Answer, Unavailable> {
    let mut counted = Batch::new();
    let mut uncounted = Vec::new();
    for (index, Acquisition { policy, key, cost }) in batch.iter().enumerate() {
        match on_error(index) {
            OnError::Fallback => counted.push(policy, key, *cost),
            OnError::Open => uncounted.push(index),
            OnError::Closed => return Err(Unavailable),
        }
    }
    // Memory answers at once and doesn't fail; if it ever did, nothing may pass unseen.
    let Some(decided) = ask(&counted) else { return Err(Unavailable) };
    let mut decided = decided.iter();
    let decisions = batch.iter().enumerate().map(|(index, acquisition)| {
        let decision = if uncounted.contains(&index) { None } else { decided.next() };
        decision.copied().unwrap_or_else(|| undecided(acquisition))
    });
    Ok(Answer { decisions: decisions.collect(), source: Source::Fallback, uncounted })
}

/// What memory answers: always there, and never a failure.
fn at_once(reply: Reply<'_, Decisions>) -> Option<Decisions> {
    reply.now().ok()?.ok()
}

/// What stands for the decision of a limit that nobody has asked.
fn undecided(acquisition: &Acquisition<'_>) -> Decision {
    let limit = acquisition.policy.quota().capacity();
    Decision::allow(limit, limit, Duration::ZERO, Receipt::default())
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
