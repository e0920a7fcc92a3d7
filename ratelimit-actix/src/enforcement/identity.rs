//! Which limits share a counter: the parts of a counter's path.

use std::{collections::BTreeSet, sync::Arc};

use ratelimit_core::Quota;

use super::method::PREFLIGHT;
use crate::{
    KeyExtractor, Rule, Tier,
    rule::{Cost, Source},
};

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
    /// The same within a scope that has limits, and how many such scopes stand around that one.
    Scope(usize, Option<String>),
}

impl Place {
    /// Whether it is that of requests which match no route.
    pub(super) fn is_unmatched(&self) -> bool {
        matches!(self, Self::Pattern(None) | Self::Scope(_, None))
    }
}

/// The path of a rule's counter, for requests counted under `method`.
///
/// All that makes two rules count different things is part of it; `alike` is from [`alike`].
pub(super) fn counter_path(
    tier: Tier,
    place: &Place,
    rule: &Rule,
    default_key: &str,
    method: &'static str,
    alike: usize,
) -> CounterPath {
    let methods = rule.methods.join(" ");
    let depth = match place {
        Place::Scope(depth @ 1.., _) if rule.shared.is_none() && rule.scope.is_none() => depth.to_string(),
        _ => String::new(),
    };
    let place_name = match place {
        Place::App | Place::Pattern(None) | Place::Scope(_, None) => "",
        Place::Handler(handler) => handler,
        Place::Pattern(Some(pattern)) | Place::Scope(_, Some(pattern)) => pattern,
    };
    let (kind, counter, methods) = match (&rule.shared, &rule.scope) {
        // Those tiers are asked apart from the others: what shared a counter with these would be charged twice.
        (Some(name), _) | (None, Some(name)) if *place == Place::App => {
            (tier.name(), &**name, methods.as_str())
        }
        // One counter for all that name it, whichever requests each of them limits.
        (Some(shared), _) => ("shared", &**shared, ""),
        (None, Some(scope)) => ("scope", &**scope, methods.as_str()),
        (None, None) => (tier.name(), place_name, methods.as_str()),
    };
    let label = rule.key.as_ref().map(KeyExtractor::label);
    let key = label.as_deref().unwrap_or(default_key);
    let own_method = match place {
        // Requests that match no route share one counter, whatever their method.
        _ if place.is_unmatched() => "",
        Place::App | Place::Handler(_) if rule.per_method || method == PREFLIGHT => method,
        Place::App | Place::Handler(_) => "",
        Place::Pattern(_) | Place::Scope(..) if rule.shared.is_some() && !rule.per_method => "",
        Place::Pattern(_) | Place::Scope(..) => method,
    };
    let function = match (&rule.limits, &rule.shared) {
        (Source::Function(_), None) => &*rule.function,
        _ => "",
    };
    let deducts = if rule.deduct_when.is_some() { "deduct_when" } else { "" };
    let shadow = if rule.shadow { "shadow" } else { "" };
    let alike = if alike == 0 { String::new() } else { alike.to_string() };
    [kind, counter, key, methods, own_method, function, deducts, shadow, &depth, &alike]
        .map(str::to_owned)
        .into()
}

/// Tells rules of one list apart that would have one path but must not be taken for one rule: the number of
/// the `index`th.
///
/// Rules that say nothing but limits may be merged: what is named twice counts once. Others have functions and
/// answers of their own, which would be lost.
pub(super) fn alike(rules: &[Arc<Rule>], index: usize, path: impl Fn(&Rule) -> CounterPath) -> usize {
    let own = path(&rules[index]);
    if is_plain(&rules[index]) {
        return 0;
    }
    let of_one_path = |rule: &&Arc<Rule>| path(rule) == own;
    let plain = rules.iter().filter(|rule| is_plain(rule)).any(|rule| of_one_path(&rule));
    let before = rules[..index].iter().filter(|rule| !is_plain(rule)).filter(of_one_path).count();
    usize::from(plain) + before
}

/// Whether a rule says nothing that would be lost if another took its place.
fn is_plain(rule: &Rule) -> bool {
    // All closures of one function have one name.
    let has_a_name = |key: &Arc<dyn KeyExtractor>| !key.label().contains("{{closure}}");
    matches!(rule.limits, Source::Fixed(_))
        && matches!(rule.cost, Cost::Fixed(_))
        && rule.key.as_ref().is_none_or(has_a_name)
        && rule.exempt_when.is_none()
        && rule.deduct_when.is_none()
        && rule.on_breach.is_none()
        && rule.error_message.is_none()
        && rule.on_error.is_none()
        && rule.meta.is_none()
}

/// The path of the counter of a rule's own meta limits.
pub(super) fn meta_path(path: &CounterPath) -> CounterPath {
    [Tier::Meta.name().to_owned()].into_iter().chain(path.iter().cloned()).collect()
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
