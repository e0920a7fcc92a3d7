//! Limits that are asked by hand: for messages of a WebSocket, for jobs, for what is no request.

use std::{cmp::Reverse, time::Duration};

use ratelimit_core::{Batch, Decision, Key, LimitSet, Policy, Quota, QuotaError, Strategy};
use thiserror::Error;

use crate::{IntoKey, IntoLimits, Limiter, LimitsError, OnError};

/// Limits to be asked by hand; made by [`Limiter::limit`].
#[derive(Clone, Debug)]
#[must_use = "nothing is counted before `hit`"]
pub struct ManualLimit {
    limiter: Limiter,
    limits: Result<Option<LimitSet>, LimitsError>,
    /// `None` if a key was given that is none.
    key: Option<Key>,
    cost: u64,
    strategy: Strategy,
    burst: Option<u64>,
    scope: String,
    on_error: Option<OnError>,
}

impl ManualLimit {
    pub(super) fn new(limiter: Limiter, limits: impl IntoLimits) -> Self {
        let strategy = limiter.settings().strategy;
        Self {
            limiter,
            limits: limits.into_limits(),
            key: Some(Key::global()),
            cost: 1,
            strategy,
            burst: None,
            scope: String::new(),
            on_error: None,
        }
    }

    /// Whom to count. Without it, everybody is counted together.
    pub fn key(self, key: impl IntoKey) -> Self {
        Self { key: key.into_key(), ..self }
    }

    /// How much it takes; 0 is free. Default: 1.
    pub fn cost(self, cost: u64) -> Self {
        Self { cost, ..self }
    }

    /// How hits are counted. Default: the limiter's strategy.
    pub fn strategy(self, strategy: Strategy) -> Self {
        Self { strategy, ..self }
    }

    /// How much a token bucket holds. Default: the limit's amount.
    pub fn burst(self, burst: u64) -> Self {
        Self { burst: Some(burst), ..self }
    }

    /// The counter's name. Limits of one name, key, strategy and window share a counter, wherever they are
    /// asked; those without a name have one together.
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }

    /// What is decided while the storage fails. Default: the limiter's.
    pub fn on_error(self, on_error: OnError) -> Self {
        Self { on_error: Some(on_error), ..self }
    }

    /// Takes the cost of all the limits, if each has so much left, or nothing. Answers the decision of the
    /// limit that refuses and has to be waited for longest, or else of the one with the least left.
    ///
    /// Always allowed while the limiter is switched off. In a limiter that only looks on
    /// ([`shadow`](crate::LimiterBuilder::shadow)) the decision is what it would be, and is yours to heed.
    ///
    /// # Errors
    /// When there are no limits, or they can't be read; when the key is none (`None` or empty text); and when
    /// the storage fails and [`on_error`](Self::on_error) says [`Closed`](OnError::Closed).
    pub async fn hit(&self) -> Result<Decision, HitError> {
        self.ask(true).await
    }

    /// Whether [`hit`](Self::hit) would be allowed, with what is left now; takes nothing.
    ///
    /// # Errors
    /// As `hit`.
    pub async fn peek(&self) -> Result<Decision, HitError> {
        Ok(untouched(self.ask(false).await?, self.cost))
    }

    async fn ask(&self, takes: bool) -> Result<Decision, HitError> {
        let policies = self.policies()?;
        let key = self.key.as_ref().ok_or(HitError(Kind::NoKey))?;
        if !self.limiter.is_enabled() {
            return tightest(policies.iter().map(|policy| free(policy.quota())));
        }
        let mut batch = Batch::new();
        for policy in &policies {
            batch.push(policy, key, self.cost);
        }
        let storage = self.limiter.storage();
        let on_error = self.on_error.unwrap_or_else(|| storage.on_error());
        let answer = if takes {
            storage.acquire(&batch, |_| on_error).await
        } else {
            storage.peek(&batch, |_| on_error).await
        };
        tightest(answer.map_err(|_| HitError::unavailable())?.decisions.iter().copied())
    }

    fn policies(&self) -> Result<Vec<Policy>, HitError> {
        let limits = self.limits.clone().map_err(|error| HitError(Kind::Limits(error)))?;
        let limits = limits.ok_or(HitError(Kind::NoLimits))?;
        let mut ranked: Vec<_> = limits.iter().collect();
        ranked.sort_by_key(|limit| limit.amount());
        let policy = |(rank, limit): (usize, &&ratelimit_core::Limit)| {
            let quota = Quota::new(**limit, self.strategy);
            let quota = match self.burst {
                Some(burst) => quota.with_burst(burst).map_err(|error| HitError(Kind::Burst(error)))?,
                None => quota,
            };
            // Limits of one window and different amounts have counters of their own.
            let alike = ranked[..rank].iter().filter(|other| other.window() == limit.window()).count();
            let path = ["manual", &self.scope, &alike.to_string()];
            Ok(Policy::new(quota, &self.limiter.settings().namespace, path))
        };
        ranked.iter().enumerate().map(policy).collect()
    }
}

/// A decision on `cost` as it stands before anything is taken.
pub(super) fn untouched(decision: Decision, cost: u64) -> Decision {
    if decision.is_allowed() { decision.given_back(cost) } else { decision }
}

/// What a limit says that isn't asked.
fn free(quota: &Quota) -> Decision {
    Decision::allow(quota.capacity(), quota.capacity(), Duration::ZERO, ratelimit_core::Receipt::default())
}

/// The refusal to wait for longest, or else the decision with the least left.
pub(super) fn tightest(decisions: impl Iterator<Item = Decision>) -> Result<Decision, HitError> {
    let order = |decision: &Decision| {
        let wait = decision.retry_after().unwrap_or(Duration::MAX);
        let wait = if decision.is_allowed() { decision.reset_after() } else { wait };
        (decision.is_allowed(), if decision.is_allowed() { decision.remaining() } else { 0 }, Reverse(wait))
    };
    decisions.min_by_key(order).ok_or(HitError(Kind::NoLimits))
}

/// Why a limit could not be asked. Whoever gets it must not go on as if nothing were limited.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct HitError(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Kind {
    #[error("limits can't be read: {0}")]
    Limits(LimitsError),
    #[error("there are no limits to ask; expected some, such as \"5/minute\"")]
    NoLimits,
    #[error("the key is missing or empty; leave `key` out to count everybody together")]
    NoKey,
    #[error(transparent)]
    Burst(QuotaError),
    #[error("the storage fails, and on_error = closed turns everything away until it answers again")]
    Unavailable,
}

impl HitError {
    pub(super) fn unavailable() -> Self {
        Self(Kind::Unavailable)
    }

    /// Whether the storage failed; otherwise what was asked can't be, and never will.
    #[must_use]
    pub fn is_storage(&self) -> bool {
        self.0 == Kind::Unavailable
    }
}
