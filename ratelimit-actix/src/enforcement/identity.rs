//! Which limits share a counter: the parts of a counter's path.

use std::collections::BTreeSet;

use ratelimit_core::Quota;

use super::method::PREFLIGHT;
use crate::{Rule, Tier, rule::Source};

/// What a limit's counter is called, before its strategy, window and rank.
pub(super) type CounterPath = Vec<String>;

/// Where rules are declared, as far as it tells their counters apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// The whole app.
    App,
    /// A handler, by its path.
    Handler(&'static str),
    /// A route's pattern; `None` for requests that match no route.
    Pattern(Option<String>),
}

/// The path of a rule's counter, for requests counted under `method`.
///
/// All that makes two rules count different things is part of it.
pub(super) fn counter_path(
    tier: Tier,
    place: &Place,
    rule: &Rule,
    default_key: &str,
    method: &'static str,
) -> CounterPath {
    let methods = rule.methods.join(" ");
    let place_name = match place {
        Place::App | Place::Pattern(None) => "",
        Place::Handler(handler) => handler,
        Place::Pattern(Some(pattern)) => pattern,
    };
    let (kind, counter, methods) = match (&rule.shared, &rule.scope) {
        // One counter for all that name it, whichever requests each of them limits.
        (Some(shared), _) => ("shared", &**shared, ""),
        (None, Some(scope)) => ("scope", &**scope, methods.as_str()),
        (None, None) => (tier.name(), place_name, methods.as_str()),
    };
    let label = rule.key.as_ref().map(|key| key.label());
    let key = label.as_deref().unwrap_or(default_key);
    let own_method = match place {
        Place::App | Place::Handler(_) if rule.per_method || method == PREFLIGHT => method,
        // Requests that match no route share one counter, whatever their method.
        Place::App | Place::Handler(_) | Place::Pattern(None) => "",
        Place::Pattern(Some(_)) if rule.shared.is_some() && !rule.per_method => "",
        Place::Pattern(Some(_)) => method,
    };
    let function = match (&rule.limits, &rule.shared) {
        (Source::Function(_), None) => &*rule.function,
        _ => "",
    };
    let deducts = if rule.deduct_when.is_some() { "deduct_when" } else { "" };
    let shadow = if rule.shadow { "shadow" } else { "" };
    [kind, counter, key, methods, own_method, function, deducts, shadow].map(str::to_owned).into()
}

/// The path of the counter of a rule's own meta limits; `alike` rules before it count under the same path.
pub(super) fn meta_path(path: &CounterPath, alike: usize) -> CounterPath {
    [Tier::Meta.name().to_owned(), alike.to_string()].into_iter().chain(path.iter().cloned()).collect()
}

/// Tells limits apart that would otherwise share a counter: those of equal path, strategy and window
/// but different amounts, such as `5/minute; 3/minute`.
///
/// They are numbered from the smallest on, so that lists which share a name pair by size.
pub(super) fn rank<'a>(
    all: impl IntoIterator<Item = &'a (CounterPath, Quota)>,
    (path, quota): &(CounterPath, Quota),
) -> String {
    let size = |quota: &Quota| (quota.limit().amount(), quota.capacity());
    let is_alike = |other: &Quota| {
        other.strategy() == quota.strategy() && other.limit().window() == quota.limit().window()
    };
    let smaller: BTreeSet<_> = all
        .into_iter()
        .filter(|(other_path, other)| other_path == path && is_alike(other) && size(other) < size(quota))
        .map(|(_, other)| size(other))
        .collect();
    smaller.len().to_string()
}

#[cfg(test)]
mod tests {
    use ratelimit_core::Strategy;

    use super::*;

    #[test]
    fn only_limits_that_are_alike_are_ranked_together() {
        let limit = |path: &str, text: &str, strategy| {
            (vec![path.to_owned()], Quota::new(text.parse().expect("a limit"), strategy))
        };
        let all = [
            limit("a", "5/minute", Strategy::FixedWindow),
            limit("a", "3/minute", Strategy::FixedWindow),
            limit("a", "3/minute", Strategy::FixedWindow),
            limit("a", "1/hour", Strategy::FixedWindow),
            limit("a", "1/minute", Strategy::SlidingWindow),
            limit("b", "1/minute", Strategy::FixedWindow),
        ];
        let ranks: Vec<_> = all.iter().map(|one| rank(&all, one)).collect();
        assert_eq!(ranks, ["1", "0", "0", "0", "0", "0"]);
    }
}
