//! Which limits share a counter: the parts of a counter's path.

use std::collections::BTreeSet;

use ratelimit_core::Quota;

use super::method::PREFLIGHT;
use crate::route::{Route, RouteLimit};

/// What a limit's counter is called, before its strategy, window and rank.
pub(super) type CounterPath = Vec<String>;

/// The path of a `#[limit]`'s counter, for requests counted under `method`.
pub(super) fn counter_path(
    route: &Route,
    limit: &RouteLimit,
    default_key: &str,
    method: &'static str,
) -> CounterPath {
    let methods = limit.methods.join(" ");
    let (kind, counter, methods) = match (limit.shared, limit.scope) {
        // One counter for all that name it, whichever requests each of them limits.
        (Some(shared), _) => ("shared", shared, ""),
        (None, Some(scope)) => ("scope", scope, methods.as_str()),
        (None, None) => ("handler", route.handler, methods.as_str()),
    };
    let key = limit.key.map_or(default_key, |key| key.label);
    let own_method = if limit.per_method || method == PREFLIGHT { method } else { "" };
    [kind, counter, key, methods, own_method].map(str::to_owned).into()
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
