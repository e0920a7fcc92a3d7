//! What in a rule can't be.

use ratelimit_core::{LimitSet, QuotaError, Strategy};

use super::{Cost, Rule, Source};
use crate::tchar::is_tchar;

impl Rule {
    /// Every mistake; `strategy` is the limiter's.
    pub(crate) fn mistakes(&self, strategy: Strategy) -> Vec<String> {
        let mut mistakes = self.problems.clone();
        match &self.limits {
            Source::Fixed(limits) => self.check_quotas(limits, strategy, &mut mistakes),
            Source::Failed(error) => mistakes.push(error.to_string()),
            Source::Nothing => mistakes.push(
                "there is no limit; expected one such as \"50/hour\", or leave the setting out".to_owned(),
            ),
            Source::Function(_) => self.check_burst(strategy, &mut mistakes),
        }
        if self.burst.is_some() && self.strategy.unwrap_or(strategy) != Strategy::TokenBucket {
            mistakes.push("a burst needs the token_bucket strategy".to_owned());
        }
        if self.shadow && self.meta.is_some() {
            mistakes.push(
                "`shadow` refuses nothing, so `meta` would have nothing to count: leave one out".to_owned(),
            );
        }
        for method in &self.methods {
            if method.is_empty() || !method.bytes().all(is_tchar) {
                mistakes.push(format!("{method:?} can't be an HTTP method"));
            }
        }
        self.check_names(&mut mistakes);
        mistakes
    }

    fn check_quotas(&self, limits: &LimitSet, strategy: Strategy, mistakes: &mut Vec<String>) {
        for limit in limits {
            let quota = self.quota(*limit, strategy);
            if let Some(burst) = self.burst.filter(|_| quota.strategy() == Strategy::TokenBucket)
                && let Err(error) = quota.with_burst(burst)
            {
                mistakes.push(format!("{limit}: {error}"));
            }
            if let Cost::Fixed(cost) = self.cost
                && limit.amount() > 0
                && cost > quota.capacity()
            {
                let capacity = quota.capacity();
                mistakes.push(format!(
                    "a cost of {cost} never passes: `{limit}` lets at most {capacity} through at once"
                ));
            }
        }
    }

    /// What can't be whichever limits a function finds: the bucket's size is known before them.
    fn check_burst(&self, strategy: Strategy, mistakes: &mut Vec<String>) {
        let is_bucket = self.strategy.unwrap_or(strategy) == Strategy::TokenBucket;
        let Some(burst) = self.burst.filter(|_| is_bucket) else { return };
        if burst == 0 {
            mistakes.push(QuotaError::ZeroBurst.to_string());
        } else if let Cost::Fixed(cost) = self.cost
            && cost > burst
        {
            mistakes.push(format!(
                "a cost of {cost} never passes: a burst of {burst} lets at most {burst} through at once"
            ));
        }
    }

    fn check_names(&self, mistakes: &mut Vec<String>) {
        if self.scope.is_some() && self.shared.is_some() {
            mistakes.push("`scope` and `shared` both name the counter: leave one out".to_owned());
        }
        for (option, name) in [("scope", &self.scope), ("shared", &self.shared), ("name", &self.name)] {
            if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
                mistakes.push(format!("`{option}` is empty"));
            }
        }
        let wrong = self.name.iter().flat_map(|name| name.chars()).find(|char| !matches!(char, ' '..='~'));
        if let Some(wrong) = wrong {
            mistakes.push(format!(
                "a policy's name is printed in headers, which can't hold {wrong:?}: use printable ASCII"
            ));
        }
    }
}
