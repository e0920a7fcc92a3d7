//! What the limits said of a request.

use std::{fmt, rc::Rc, time::Duration};

use ratelimit_core::{Decision, Policy};

/// Where a limit was declared; tiers are asked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tier {
    /// `application_limits`: one counter a key over the whole app.
    Application,
    /// `#[limit]` on the handler.
    Route,
    /// `default_limits`: one counter a key, method and route pattern.
    Default,
}

impl Tier {
    /// The name as text: `application`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Route => "route",
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
    tier: Tier,
    policy: Rc<Policy>,
    decision: Decision,
}

impl Verdict {
    pub(crate) fn new(tier: Tier, policy: Rc<Policy>, decision: Decision) -> Self {
        Self { tier, policy, decision }
    }

    /// Where the limit was declared.
    #[must_use]
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The limit: its name and quota.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What it decided.
    pub fn decision(&self) -> &Decision {
        &self.decision
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

    /// Exactly how long to wait until this request passes if nobody else takes any; `None` when it
    /// never will.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}
