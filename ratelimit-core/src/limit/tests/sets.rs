//! Sets of limits.

use crate::{Limit, LimitSet};

fn set(text: &str) -> LimitSet {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn equal_limits_are_kept_once_as_first_written() {
    let limits = set("1/60s; 2/hour; 1/minute; 2/60m; 1/hour");
    assert_eq!(limits.to_string(), "1 per 60 second; 2 per 1 hour; 1 per 1 hour");
    let vec: Vec<Limit> = limits.iter().chain(&limits).copied().collect();
    assert_eq!(LimitSet::try_from(vec), Ok(limits));
}

#[test]
fn order_is_kept() {
    assert_ne!(set("1/minute; 2/hour"), set("2/hour; 1/minute"));
    let amounts: Vec<u64> = (&set("3/day, 1/hour | 2/second")).into_iter().map(Limit::amount).collect();
    assert_eq!(amounts, [3, 1, 2]);
}

#[test]
fn none_is_no_set() {
    let error = LimitSet::try_from(vec![]).expect_err("no limits");
    assert_eq!(error.to_string(), "no limit given: expected an amount and a window, such as `5/minute`");
    assert_eq!(error.span(), 0..0);
}

#[test]
fn one_limit_is_a_set() {
    let limit: Limit = "5/minute".parse().expect("a limit");
    assert_eq!(LimitSet::from(limit), set("5/minute"));
}
