//! What is allowed, how it is counted, and whether at all.

use super::{Setting, setting};
use crate::{
    LimiterBuilder, Rule,
    config::apply::{Given, set},
    rule::Cost,
};

pub(super) const SETTINGS: &[Setting] = &[
    setting("ENABLED", |builder, given| set(builder, given.value.boolean(), LimiterBuilder::enabled)),
    setting("SHADOW", |builder, given| set(builder, given.value.boolean(), LimiterBuilder::shadow)),
    setting("STRATEGY", |builder, given| {
        set(builder, given.value.parsed("a strategy such as `fixed_window`"), LimiterBuilder::strategy)
    }),
    setting("DEFAULT", |builder, given| set(builder, given.value.limits(), LimiterBuilder::default_limits)),
    setting("DEFAULTS_PER_METHOD", |builder, given| match given.value.boolean() {
        Ok(false) => {
            builder.refuse("each method of a route has its own default limits here, always; leave it out")
        }
        read => set(builder, read, |builder, per_method| {
            DEFAULT.refine(builder, given, false, |rule| rule.per_method = per_method)
        }),
    }),
    setting("DEFAULTS_COST", |builder, given| DEFAULT.cost(builder, given)),
    setting("APPLICATION", |builder, given| {
        set(builder, given.value.limits(), LimiterBuilder::application_limits)
    }),
    setting("APPLICATION_PER_METHOD", |builder, given| {
        set(builder, given.value.boolean(), |builder, per_method| {
            APPLICATION.refine(builder, given, !per_method, |rule| rule.per_method = per_method)
        })
    }),
    setting("APPLICATION_COST", |builder, given| APPLICATION.cost(builder, given)),
    setting("META", |builder, given| set(builder, given.value.limits(), LimiterBuilder::meta_limits)),
    setting("LIMIT_UNMATCHED", |builder, given| {
        set(builder, given.value.boolean(), LimiterBuilder::limit_unmatched)
    }),
    setting("LIMIT_PREFLIGHT", |builder, given| {
        set(builder, given.value.boolean(), LimiterBuilder::limit_preflight)
    }),
];

/// A tier, and the setting that gives its limits.
struct Tier {
    limits: &'static str,
    rules: fn(&mut LimiterBuilder) -> &mut Vec<Rule>,
}

const DEFAULT: Tier = Tier { limits: "DEFAULT", rules: |builder| &mut builder.tiers.default };

const APPLICATION: Tier = Tier { limits: "APPLICATION", rules: |builder| &mut builder.tiers.application };

impl Tier {
    fn cost(&self, builder: LimiterBuilder, given: &Given<'_>) -> LimiterBuilder {
        set(builder, given.value.number("a whole number"), |builder, cost| {
            self.refine(builder, given, cost == 1, |rule| rule.cost = Cost::Fixed(cost))
        })
    }

    /// Changes the tier's rules, unless they can't be so: that is told of the setting which changes them.
    /// Where there are none, only what `is_usual` may be said.
    fn refine(
        &self,
        mut builder: LimiterBuilder,
        given: &Given<'_>,
        is_usual: bool,
        change: impl Fn(&mut Rule),
    ) -> LimiterBuilder {
        let strategy = builder.settings.strategy;
        let rules = (self.rules)(&mut builder);
        let mut changed = rules.clone();
        changed.iter_mut().for_each(change);
        let mistakes = rules.iter().zip(&changed).flat_map(|(before, after)| {
            let known = before.mistakes(strategy);
            after.mistakes(strategy).into_iter().filter(move |mistake| !known.contains(mistake))
        });
        let mistakes: Vec<_> = mistakes.collect();
        if mistakes.is_empty() {
            *rules = changed;
        }
        if rules.is_empty() && !is_usual && given.other(self.limits).is_none() {
            let problem =
                format!("there are no limits it could be of; set `{}` too", given.like(self.limits));
            return builder.refuse(problem);
        }
        mistakes.into_iter().fold(builder, LimiterBuilder::refuse)
    }
}
