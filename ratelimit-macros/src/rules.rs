//! What options may not say together.

use ratelimit_core::{Limit, Quota, QuotaError, Strategy};

use crate::{
    errors::Errors, exempt::TIERS, function::Cost, limit::LimitAttribute, policy::Policy, values::Given,
};

/// Notes every mistake that shows only when the whole policy is known.
pub(crate) fn check(policy: &Policy, errors: &Errors) {
    for limit in &policy.limits {
        check_burst(limit, errors);
        check_cost(limit, errors);
        check_counter(limit, errors);
        check_name(limit, errors);
        check_shadow(limit, errors);
    }
    check_exemptions(policy, errors);
}

/// A burst is the size of a token bucket, for each of the limits.
fn check_burst(limit: &LimitAttribute, errors: &Errors) {
    let Some(burst) = &limit.burst else { return };
    match limit.strategy {
        Some(Strategy::TokenBucket) => {
            // A bucket of nothing is wrong whatever the limits are, which a function may yet have to find.
            let empty = (burst.value == 0).then_some(QuotaError::ZeroBurst);
            let mistake =
                empty.or_else(|| limit.limits.iter().find_map(|single| quota(limit, *single).err()));
            if let Some(mistake) = mistake {
                errors.at(&burst.tokens, mistake);
            }
        }
        // A strategy that can't be read may well have been meant as the token bucket.
        None if limit.mentions("strategy") => {}
        Some(_) | None => errors.at(&burst.name, "`burst` needs `strategy = token_bucket`"),
    }
}

/// All limits of an attribute must let a request pass, so one that can't is enough.
fn check_cost(limit: &LimitAttribute, errors: &Errors) {
    let Some(cost) = limit.cost.as_ref().and_then(Cost::number) else { return };
    // An amount of 0 says outright that nothing passes, and a wrong burst is a mistake of its own.
    let narrow = limit.limits.iter().filter(|limit| limit.amount() > 0).find_map(|single| {
        let capacity = quota(limit, *single).ok()?.capacity();
        (capacity < cost.value).then_some((single, capacity))
    });
    if let Some((single, capacity)) = narrow {
        let cost_given = cost.value;
        let message = format!(
            "a cost of {cost_given} never passes: `{single}` lets at most {capacity} through at once"
        );
        errors.at(&cost.tokens, message);
    }
    // Limits by a constant or function show themselves only later, but the bucket's size is known.
    let bucket = limit.burst.as_ref().filter(|_| limit.strategy == Some(Strategy::TokenBucket));
    if let (Some(_), Some(burst)) = (&limit.source, bucket)
        && (1..cost.value).contains(&burst.value)
    {
        let (cost_given, burst) = (cost.value, burst.value);
        let message = format!(
            "a cost of {cost_given} never passes: a burst of {burst} lets at most {burst} through at once"
        );
        errors.at(&cost.tokens, message);
    }
}

/// How one of the attribute's limits is counted, as far as the attribute says it.
fn quota(attribute: &LimitAttribute, limit: Limit) -> Result<Quota, QuotaError> {
    let quota = Quota::new(limit, attribute.strategy.unwrap_or_default());
    attribute.burst.as_ref().map_or(Ok(quota), |burst| quota.with_burst(burst.value))
}

/// A counter has one name.
fn check_counter(limit: &LimitAttribute, errors: &Errors) {
    if let (Some(_), Some(shared)) = (&limit.scope, &limit.shared) {
        errors.at(&shared.name, "`scope` and `shared` both name the counter: leave one out");
    }
    for counter in [&limit.scope, &limit.shared].into_iter().flatten() {
        check_not_blank(counter, errors);
    }
}

/// The name goes into headers, as a string of RFC 9651.
fn check_name(limit: &LimitAttribute, errors: &Errors) {
    let Some(name) = &limit.name else { return };
    check_not_blank(name, errors);
    if let Some(wrong) = name.value.chars().find(|char| !matches!(char, ' '..='~')) {
        errors.at(
            &name.tokens,
            format!("a policy's name is printed in headers, which can't hold {wrong:?}: use printable ASCII"),
        );
    }
}

/// Meta limits count refusals.
fn check_shadow(limit: &LimitAttribute, errors: &Errors) {
    if let (Some(shadow), Some(_)) = (&limit.shadow, &limit.meta) {
        errors.at(shadow, "`shadow` refuses nothing, so `meta` would have nothing to count: leave one out");
    }
}

fn check_not_blank(given: &Given<String>, errors: &Errors) {
    if given.value.trim().is_empty() {
        errors.at(&given.tokens, format!("`{}` is empty", given.name));
    }
}

/// One `#[exempt]` a handler, and none that would contradict the handler's limits.
fn check_exemptions(policy: &Policy, errors: &Errors) {
    for (index, exempt) in policy.exemptions.iter().enumerate() {
        if index > 0 {
            errors.at(&exempt.path, "`#[exempt]` is given twice: name all tiers in one");
        } else if !policy.limits.is_empty() && !exempt.names_tiers {
            let tiers = TIERS.join(", ");
            errors.at(
                &exempt.path,
                format!(
                    "`#[exempt]` contradicts `#[limit]`: to keep only the handler's own limits, \
                     write `#[exempt({tiers})]`"
                ),
            );
        }
    }
}
