//! Where a client stands.

use ratelimit_core::{Batch, Decision, Key, Policy};

use super::{
    describe::describe,
    manual::{tightest, untouched},
};
use crate::{
    HitError, IntoKey, Limiter, PolicyDescription, Tier,
    enforcement::{Place, policies},
    rule::Rules,
};

/// What a key has left of one limit: see [`Limiter::peek`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Standing {
    /// The policy that the limit belongs to.
    pub policy: PolicyDescription,
    /// The limit, as text: `50 per 1 hour`.
    pub limit: String,
    /// Whether a request that takes 1 would be allowed, and what is left now.
    pub decision: Decision,
}

impl Limiter {
    /// Where a key stands with the limits that are the same wherever it is counted: meta and application
    /// limits, handlers' own, and all that have a counter's name. Takes nothing. An address stands where its client
    /// does, as for [`reset`](Self::reset).
    ///
    /// Default and scope limits without a `shared` name count each route by itself, and limits with `per_method`
    /// each method: these are left out, as are limits that a function finds.
    ///
    /// A key that is none, `None` or empty text, stands nowhere.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let limiter = Limiter::builder().application_limits("100/minute").build()?;
    /// for standing in limiter.peek("203.0.113.7").await? {
    ///     assert_eq!((standing.limit.as_str(), standing.decision.remaining()), ("100 per 1 minute", 100));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the storage fails and `on_error` says [`Closed`](crate::OnError::Closed).
    pub async fn peek(&self, key: impl IntoKey) -> Result<Vec<Standing>, HitError> {
        let Some(key) = key.into_key() else { return Ok(Vec::new()) };
        let policies = self.fixed_policies();
        let mut standings = Vec::with_capacity(policies.len());
        let aliases = self.aliases(&key);
        for (description, policy) in policies {
            let mut decisions = Vec::with_capacity(aliases.len());
            for key in &aliases {
                decisions.extend(self.peek_one(&policy, key).await?);
            }
            let limit = policy.quota().limit().to_string();
            let decision = tightest(decisions.into_iter())?;
            standings.push(Standing { policy: description, limit, decision });
        }
        Ok(standings)
    }

    async fn peek_one(&self, policy: &Policy, key: &Key) -> Result<Option<Decision>, HitError> {
        let on_error = self.storage().on_error();
        let answer = self.storage().peek(&Batch::of(policy, key, 1), |_| on_error).await;
        let decisions = answer.map_err(|_| HitError::unavailable())?.decisions;
        Ok(decisions.first().map(|decision| untouched(*decision, 1)))
    }

    /// The policies whose counters need nothing of a request but its key.
    fn fixed_policies(&self) -> Vec<(PolicyDescription, Policy)> {
        let settings = self.settings();
        let mut found = Vec::new();
        let mut add = |tier, rules: &Rules, place: Place, handler| {
            for (counted_in, rule, policies) in policies(self, tier, rules, &place) {
                let is_fixed = !rule.per_method
                    && (tier != Tier::Default && tier != Tier::Scope || rule.shared.is_some());
                if is_fixed {
                    let described = describe(tier, &rule);
                    let description = match &described.meta {
                        // The limits on how often the rule may refuse.
                        Some(meta) if counted_in != tier => PolicyDescription {
                            tier: counted_in,
                            handler,
                            limits: meta.clone(),
                            meta: None,
                            ..described
                        },
                        _ => PolicyDescription { handler, ..described },
                    };
                    found.extend(policies.into_iter().map(|policy| (description.clone(), policy)));
                }
            }
        };
        add(Tier::Meta, &settings.meta, Place::App, None);
        add(Tier::Application, &settings.application, Place::App, None);
        let nowhere = || Place::Pattern(None);
        add(Tier::Default, &settings.default, nowhere(), None);
        for rules in self.registry().scopes() {
            add(Tier::Scope, &rules, Place::Scope(0, None), None);
        }
        for route in self.registry().routes() {
            add(Tier::Route, &route.rules, Place::Handler(route.handler), Some(route.handler));
        }
        found
    }
}
