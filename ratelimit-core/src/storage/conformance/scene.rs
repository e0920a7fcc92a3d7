//! What a case works with: a fresh storage, the time, and short words for both.

use std::{fmt::Debug, sync::Arc, time::Duration};

use super::{Failure, Outcome, Storage, Subject, Timing};
use crate::{Decision, Key, Limit, Policy, Quota, RateLimiter, Strategy};

/// The namespace of policies that don't name one.
pub(super) const NAMESPACE: &str = "conformance";

/// One case's stage.
pub(super) struct Scene<'s, S> {
    subject: &'s S,
    pub(super) limiter: RateLimiter,
}

impl<'s, S: Subject> Scene<'s, S> {
    pub(super) fn new(subject: &'s S, storage: Arc<dyn Storage>) -> Self {
        Self { subject, limiter: RateLimiter::from(storage) }
    }

    fn timing(&self) -> Timing {
        self.subject.timing()
    }

    /// The window of the cases' limits.
    pub(super) fn window(&self) -> Duration {
        self.timing().window
    }

    /// The least time before and after a moment that can be told apart from it.
    pub(super) fn brink(&self) -> Duration {
        (self.timing().tolerance * 2).max(Duration::from_nanos(1))
    }

    pub(super) async fn pass(&self, time: Duration) {
        self.subject.pass(time).await;
    }

    /// Waits until just before `time` from now. [`pass_brink`](Self::pass_brink) takes it beyond.
    pub(super) async fn pass_almost(&self, time: Duration) {
        self.pass(time.saturating_sub(self.brink())).await;
    }

    pub(super) async fn pass_brink(&self) {
        self.pass(self.brink()).await;
    }

    pub(super) fn policy(&self, strategy: Strategy, amount: u64) -> Result<Policy, Failure> {
        self.policy_at(strategy, amount, NAMESPACE, "counter")
    }

    pub(super) fn policy_at(
        &self,
        strategy: Strategy,
        amount: u64,
        namespace: &str,
        path: &str,
    ) -> Result<Policy, Failure> {
        policy_of(strategy, amount, self.window(), namespace, path)
    }

    pub(super) async fn hit(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Decision, Failure> {
        Ok(self.limiter.hit(policy, key, cost).await?)
    }

    pub(super) async fn peek(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Decision, Failure> {
        Ok(self.limiter.peek(policy, key, cost).await?)
    }

    /// What is left.
    pub(super) async fn left(&self, policy: &Policy, key: &Key) -> Result<u64, Failure> {
        Ok(self.limiter.stats(policy, key).await?.remaining())
    }

    /// Takes `cost`, which must pass.
    pub(super) async fn take(&self, policy: &Policy, key: &Key, cost: u64) -> Outcome {
        self.taken(policy, key, cost).await.map(drop)
    }

    /// Takes `cost`, which must pass; answers the decision.
    pub(super) async fn taken(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Decision, Failure> {
        let decision = self.hit(policy, key, cost).await?;
        check(decision.is_allowed(), || format!("a cost of {cost} should have passed: {decision:?}"))?;
        Ok(decision)
    }

    /// Asks for `cost`, which must not pass; answers how long to wait for it.
    pub(super) async fn refused(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Duration, Failure> {
        let decision = self.hit(policy, key, cost).await?;
        check(!decision.is_allowed(), || format!("a cost of {cost} should not have passed: {decision:?}"))?;
        let unsaid =
            || Failure(format!("a cost of {cost} passes some time, but not said when: {decision:?}"));
        decision.retry_after().ok_or_else(unsaid)
    }

    /// Whether two times are equal as far as they can be told.
    pub(super) fn near(&self, what: &str, found: Duration, expected: Duration) -> Outcome {
        let near = found.abs_diff(expected) <= self.timing().tolerance;
        check(near, || format!("{what} should have been {expected:?} and was {found:?}"))
    }
}

pub(super) fn policy_of(
    strategy: Strategy,
    amount: u64,
    window: Duration,
    namespace: &str,
    path: &str,
) -> Result<Policy, Failure> {
    let limit = Limit::new(amount, window).map_err(|error| Failure(format!("bad window: {error}")))?;
    Ok(Policy::new(Quota::new(limit, strategy), namespace, [path]))
}

/// Fails with `why` unless `holds`.
pub(super) fn check(holds: bool, why: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Failure(why())) }
}

/// Fails unless the two are equal.
#[expect(clippy::needless_pass_by_value, reason = "cases read better without borrowing what they expect")]
pub(super) fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Outcome {
    check(found == expected, || format!("{what} should have been {expected:?} and was {found:?}"))
}
