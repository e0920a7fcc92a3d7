//! The rules given to a builder.

use ratelimit_core::Strategy;

use crate::Rule;

/// The rules of the limiter's tiers, as yet unchecked: their strategy may come later.
#[derive(Default)]
pub(crate) struct Tiers {
    pub(crate) meta: Vec<Rule>,
    pub(crate) application: Vec<Rule>,
    pub(crate) default: Vec<Rule>,
}

impl Tiers {
    /// Every mistake, with the setting it is in; `strategy` is the limiter's.
    pub(super) fn mistakes(&self, strategy: Strategy) -> Vec<(&'static str, String)> {
        let settings = [
            ("meta_limits", &self.meta),
            ("application_limits", &self.application),
            ("default_limits", &self.default),
        ];
        let mut mistakes = Vec::new();
        for (setting, rules) in settings {
            for rule in rules {
                mistakes.extend(rule.mistakes(strategy).into_iter().map(|mistake| (setting, mistake)));
            }
        }
        if self.meta.iter().any(|rule| rule.shadow || rule.deduct_when.is_some() || rule.meta.is_some()) {
            let mistake =
                "they count refusals, so they have no `shadow`, `deduct_when` or `meta`: leave it out";
            mistakes.push(("meta_limits", mistake.to_owned()));
        }
        mistakes
    }
}
