//! Limits that are asked by hand: for messages of a WebSocket, for jobs, for what is no request.

use std::{cmp::Reverse, time::Duration};

use ratelimit_core::{Batch, Decision, Key, LimitSet, Policy, Quota, Receipt, Strategy};

use super::{HitError, Reservation};
use crate::{IntoKey, IntoLimits, Limiter, LimitsError, OnError};

/// Limits to be asked by hand; made by [`Limiter::limit`].
///
/// ```
/// # use ratelimit_actix::{Limiter, OnError, Strategy};
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let limiter = Limiter::builder().build()?;
/// let mails = limiter
///     .limit("1/second")
///     .strategy(Strategy::TokenBucket)
///     .burst(10)
///     .scope("mails")
///     .key(("customer", 42_u32))
///     .on_error(OnError::Closed);
/// // Ten recipients at once; then one a second.
/// assert!(mails.clone().cost(10).hit().await?.is_allowed());
/// assert!(!mails.peek().await?.is_allowed());
/// # Ok(())
/// # }
/// ```
///
/// It borrows nothing, so it can be kept and moved into tasks, as can its futures' results.
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
    name: Option<String>,
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
            name: None,
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
    ///
    /// So give limits on different things different names. Equal limits without one are one limit:
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let limiter = Limiter::builder().build()?;
    /// assert!(limiter.limit("1/minute").key("ada").hit().await?.is_allowed());
    /// assert!(!limiter.limit("1/minute").key("ada").hit().await?.is_allowed());
    /// assert!(limiter.limit("1/minute").key("ada").scope("mails").hit().await?.is_allowed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..self }
    }

    /// What to call it in logs. It changes no counter; that is [`scope`](Self::scope). Default: the limit's text.
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// What is decided while the storage fails. Default: the limiter's.
    pub fn on_error(self, on_error: OnError) -> Self {
        Self { on_error: Some(on_error), ..self }
    }

    /// Takes the cost of all the limits, if each has so much left, or nothing. Answers the decision of the
    /// limit that refuses and has to be waited for longest, or else of the one with the least left.
    ///
    /// Always allowed while the limiter is switched off, and in a limiter that only looks on
    /// ([`shadow`](crate::LimiterBuilder::shadow)), which counts and logs what it would have refused.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let limiter = Limiter::builder().build()?;
    /// let limit = limiter.limit("2/minute; 50/day").key("ada");
    /// assert_eq!(limit.hit().await?.remaining(), 1);
    /// assert_eq!(limit.hit().await?.remaining(), 0);
    /// assert!(limit.hit().await?.retry_after().is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there are no limits, or they can't be read; when the key is none (`None` or empty text); when they
    /// can't have the burst; and when the storage fails and [`on_error`](Self::on_error) says
    /// [`Closed`](OnError::Closed).
    pub async fn hit(&self) -> Result<Decision, HitError> {
        Ok(self.reserve().await?.decision)
    }

    /// A [`hit`](Self::hit) that can be given back: for work that may turn out not to be done.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let limiter = Limiter::builder().build()?;
    /// # let is_done = false;
    /// let limit = limiter.limit("5/minute").scope("reports").key("ada");
    /// let reservation = limit.reserve().await?;
    /// if reservation.is_allowed() {
    ///     // … try to do the work …
    ///     if !is_done {
    ///         reservation.give_back().await;
    ///     }
    /// }
    /// assert_eq!(limit.peek().await?.remaining(), 5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As `hit`.
    pub async fn reserve(&self) -> Result<Reservation, HitError> {
        let (policies, key) = (self.policies()?, self.checked_key()?);
        let of = |decision, source, charged| {
            let (limiter, key) = (self.limiter.clone(), key.clone());
            Reservation { limiter, key, cost: self.cost, decision, source, charged }
        };
        if !self.limiter.is_enabled() {
            return Ok(of(unasked(&policies)?, None, Vec::new()));
        }
        let on_error = self.while_failing();
        let answer = self.limiter.storage().acquire(&self.batch(&policies, key), |_| on_error).await;
        let answer = answer.map_err(|_| HitError::unavailable())?;
        let decision = self.judge(&policies, answer.decisions.iter().copied())?;
        if !answer.decisions.all_allowed() {
            return Ok(of(decision, None, Vec::new()));
        }
        let source = (0..policies.len()).find_map(|index| answer.source(index));
        let receipts: Vec<Receipt> = answer.decisions.iter().map(Decision::receipt).collect();
        let charged = policies.into_iter().zip(receipts).enumerate();
        // What nobody has counted has nothing to give back.
        let charged = charged.filter(|(index, _)| answer.source(*index).is_some()).map(|(_, one)| one);
        Ok(of(decision, source, charged.collect()))
    }

    /// Whether [`hit`](Self::hit) would be allowed, with what is left now; takes nothing.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let limiter = Limiter::builder().build()?;
    /// let limit = limiter.limit("5/minute").key("ada");
    /// assert_eq!(limit.peek().await?.remaining(), 5);
    /// assert_eq!(limit.peek().await?.remaining(), 5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As `hit`.
    pub async fn peek(&self) -> Result<Decision, HitError> {
        let (policies, key) = (self.policies()?, self.checked_key()?);
        if !self.limiter.is_enabled() {
            return unasked(&policies);
        }
        let on_error = self.while_failing();
        let answer = self.limiter.storage().peek(&self.batch(&policies, key), |_| on_error).await;
        let answer = answer.map_err(|_| HitError::unavailable())?;
        self.judge(&policies, answer.decisions.iter().map(|decision| untouched(*decision, self.cost)))
    }

    /// The decision that counts; never a refusal in a limiter that only looks on.
    fn judge(
        &self,
        policies: &[Policy],
        decisions: impl Iterator<Item = Decision>,
    ) -> Result<Decision, HitError> {
        let decision = tightest(decisions)?;
        if decision.is_allowed() || !self.limiter.settings().shadow {
            return Ok(decision);
        }
        let names: Vec<_> = policies.iter().map(Policy::name).collect();
        let (names, key) = (names.join("; "), &self.key);
        log::info!("ratelimit: limit `{names}`, asked by hand and in shadow, would have refused {key:?}");
        let (limit, left, reset) = (decision.limit(), decision.remaining(), decision.reset_after());
        Ok(Decision::allow(limit, left, reset, decision.receipt()))
    }

    fn batch<'a>(&self, policies: &'a [Policy], key: &'a Key) -> Batch<'a> {
        let mut batch = Batch::new();
        for policy in policies {
            batch.push(policy, key, self.cost);
        }
        batch
    }

    fn checked_key(&self) -> Result<&Key, HitError> {
        self.key.as_ref().ok_or_else(HitError::no_key)
    }

    fn while_failing(&self) -> OnError {
        self.on_error.unwrap_or_else(|| self.limiter.storage().on_error())
    }

    fn policies(&self) -> Result<Vec<Policy>, HitError> {
        let limits = self.limits.clone().map_err(HitError::limits)?;
        let limits = limits.ok_or_else(HitError::no_limits)?;
        let mut ranked: Vec<_> = limits.iter().collect();
        ranked.sort_by_key(|limit| limit.amount());
        let policy = |(rank, limit): (usize, &&ratelimit_core::Limit)| {
            let quota = Quota::new(**limit, self.strategy);
            let quota = match self.burst {
                Some(burst) => quota.with_burst(burst).map_err(HitError::burst)?,
                None => quota,
            };
            // Limits of one window and different amounts have counters of their own.
            let alike = ranked[..rank].iter().filter(|other| other.window() == limit.window()).count();
            let path = ["manual", &self.scope, &alike.to_string()];
            let policy = Policy::new(quota, &self.limiter.settings().namespace, path);
            Ok(match &self.name {
                Some(name) => policy.with_name(name),
                None => policy,
            })
        };
        ranked.iter().enumerate().map(policy).collect()
    }
}

/// A decision on `cost` as it stands before anything is taken.
pub(super) fn untouched(decision: Decision, cost: u64) -> Decision {
    if decision.is_allowed() { decision.given_back(cost) } else { decision }
}

/// What limits say that aren't asked.
fn unasked(policies: &[Policy]) -> Result<Decision, HitError> {
    let capacities = policies.iter().map(|policy| policy.quota().capacity());
    tightest(
        capacities.map(|capacity| Decision::allow(capacity, capacity, Duration::ZERO, Receipt::default())),
    )
}

/// The refusal to wait for longest, or else the decision with the least left.
pub(super) fn tightest(decisions: impl Iterator<Item = Decision>) -> Result<Decision, HitError> {
    let order = |decision: &Decision| {
        let wait = decision.retry_after().unwrap_or(Duration::MAX);
        let wait = if decision.is_allowed() { decision.reset_after() } else { wait };
        (decision.is_allowed(), if decision.is_allowed() { decision.remaining() } else { 0 }, Reverse(wait))
    };
    decisions.min_by_key(order).ok_or_else(HitError::no_limits)
}
