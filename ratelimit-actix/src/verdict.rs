//! What the limits said of a request.

use std::{fmt, time::Duration};

use ratelimit_core::{Decision, Key, Policy, Receipt, Refund};

use crate::{
    Limiter, Rule,
    answer::Prepared,
    enforcement::{Charge, Source},
    observe,
};

/// Where a limit was declared; tiers are asked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tier {
    /// `meta_limits`, and `meta` of a limit: how often a client may be refused.
    Meta,
    /// `application_limits`: one counter a key over the whole app.
    Application,
    /// `#[limit]` on the handler.
    Route,
    /// `Limiter::scope`: limits of an Actix scope.
    Scope,
    /// `default_limits`: one counter a key, method and route pattern.
    Default,
}

impl Tier {
    /// The name as text: `application`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Application => "application",
            Self::Route => "route",
            Self::Scope => "scope-limits",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The decision of one limit on one request: see [`LimitInfo`](crate::LimitInfo) and [`Breach`].
#[derive(Clone, Debug)]
pub struct Verdict {
    charge: Charge,
    decision: Decision,
}

/// What is larger is moved by calls, and verdicts are moved on every request.
const _: () = assert!(size_of::<Verdict>() <= 128);

impl Verdict {
    #[inline]
    pub(crate) fn new(charge: Charge, decision: Decision) -> Self {
        Self { charge, decision }
    }

    /// One by which a storage has charged the request.
    #[inline]
    pub(crate) fn charged(mut charge: Charge, decision: Decision, by: Source) -> Self {
        charge.made_by = Some(by);
        Self { charge, decision }
    }

    /// The refusal of a request without a key: waiting won't help.
    pub(crate) fn keyless(charge: Charge) -> Self {
        let limit = charge.policy().quota().capacity();
        let decision = Decision::refuse(limit, 0, Duration::ZERO, None, Receipt::default());
        Self::new(charge, decision)
    }

    /// Where the limit was declared.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.charge.tier()
    }

    /// The limit: its name and quota.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        self.charge.policy()
    }

    /// Whom it counted; `None` when the request had no key and was refused for that.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.charge.key()
    }

    /// What it decided.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Whether the limit only looks on, so that it never refuses whatever it decided.
    #[must_use]
    pub fn is_shadow(&self) -> bool {
        self.rule().shadow
    }

    pub(crate) fn rule(&self) -> &Rule {
        self.charge.rule()
    }

    /// What of its policy goes into headers.
    pub(crate) fn prepared(&self) -> &Prepared {
        self.charge.prepared()
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn charge(&self) -> &Charge {
        &self.charge
    }

    /// Notes that a storage has charged it.
    pub(crate) fn note_charge(&mut self, by: Source) {
        self.charge.made_by = Some(by);
    }

    pub(crate) fn charged_by(&self) -> Option<Source> {
        self.charge.made_by
    }

    /// What is to be given back, if anything was charged.
    pub(crate) fn refund(&self) -> Option<Refund<'_>> {
        self.charged_by()?;
        Some(Refund { acquisition: self.charge.acquisition()?, receipt: self.decision.receipt() })
    }

    /// Notes that what was charged is being given back.
    pub(crate) fn give_back(&mut self) {
        self.charge.made_by = None;
        self.decision = self.decision.given_back(self.charge.cost());
    }

    /// Tells the world.
    pub(crate) fn report(&self, limiter: &Limiter) {
        observe::decided(self, self.is_shadow() || limiter.settings().shadow);
    }
}

/// A refusal: the limits that refused the request.
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse};
/// use ratelimit_actix::{Breach, Limiter};
///
/// fn refuse(_request: &HttpRequest, breach: &Breach) -> HttpResponse {
///     let names: Vec<_> = breach.refused().iter().map(|verdict| verdict.policy().name()).collect();
///     let wait = breach.retry_after().map_or(0, |wait| wait.as_secs());
///     HttpResponse::TooManyRequests().body(format!("{} exceeded, wait {wait} s", names.join(", ")))
/// }
///
/// let limiter = Limiter::builder().default_limits("5/minute").on_breach(refuse).build()?;
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Breach {
    /// Never empty; the one to wait for longest first, one that never lets the request pass before all.
    refused: Vec<Verdict>,
    retry_after: Option<Duration>,
}

impl Breach {
    /// `refused` in order of waiting, longest first.
    pub(crate) fn new(refused: Vec<Verdict>, retry_after: Option<Duration>) -> Self {
        Self { refused, retry_after }
    }

    /// The limits that refused, the one to wait for longest first.
    #[must_use]
    pub fn refused(&self) -> &[Verdict] {
        &self.refused
    }

    /// The rules of the limits that refused, each once.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        let rules = self.refused.iter().map(Verdict::rule).enumerate();
        rules.filter_map(|(index, rule)| {
            let is_first = self.refused[..index].iter().all(|other| !std::ptr::eq(other.rule(), rule));
            is_first.then_some(rule)
        })
    }

    /// Exactly how long to wait until this request passes if nobody else takes any; `None` when it
    /// never will.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}
