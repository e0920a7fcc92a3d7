//! What holds for all strings and all limits.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};

use crate::{Limit, LimitSet, ParseLimitError};

fn limits() -> impl Strategy<Value = Limit> {
    // Windows of every size and every unit, not only the huge ones that a uniform draw gives.
    let units: [u64; 6] =
        [1, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, 86_400_000_000_000];
    let max = u64::try_from(Limit::MAX_WINDOW.as_nanos()).expect("2^62");
    let window = (prop::sample::select(units.to_vec()), any::<u64>(), 0..64_u32)
        .prop_map(move |(unit, number, shift)| unit * ((number >> shift) % (max / unit)).max(1));
    (any::<u64>(), window)
        .prop_map(|(amount, window)| Limit::new(amount, Duration::from_nanos(window)).expect("in range"))
}

/// Strings that are nearly limits, so that every branch of the parser is met.
fn near_limits() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,3}",
        "[0-9]{18,22}",
        "[;,|:/+.\\-]",
        "per|PER|second|minutes|Hour|day|week|months|year|s|m|M|h|d|w|y|ms|µs|ns|minuet",
        "[ \t\u{a0}]",
        "\\PC",
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn check_error(text: &str, error: &ParseLimitError) -> Result<(), TestCaseError> {
    prop_assert!(text.get(error.span()).is_some(), "{:?} of {text:?}", error.span());
    prop_assert!(!error.span().is_empty() || error.span().start == text.len());
    let message = error.to_string();
    prop_assert!(!message.contains(char::is_control), "{message:?}");
    prop_assert!(message.len() < 1500, "{message}");
    Ok(())
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match text.parse::<LimitSet>() {
        Ok(limits) => prop_assert_eq!(limits.to_string().parse(), Ok(limits)),
        Err(error) => check_error(text, &error)?,
    }
    match text.parse::<Limit>() {
        Ok(limit) => prop_assert_eq!(text.parse(), Ok(LimitSet::from(limit))),
        Err(error) => check_error(text, &error)?,
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_printed_limit_parses_back(limit in limits()) {
        prop_assert_eq!(limit.to_string().parse(), Ok(limit));
    }

    #[test]
    fn a_printed_set_parses_back(limits in vec(limits(), 1..8)) {
        let set = LimitSet::try_from(limits).expect("not empty");
        prop_assert_eq!(set.to_string().parse(), Ok(set));
    }

    #[test]
    fn any_string_is_a_set_or_a_good_error(text in ".*") {
        check(&text)?;
    }

    #[test]
    fn nearly_a_limit_is_a_set_or_a_good_error(text in near_limits()) {
        check(&text)?;
    }
}

/// Long strings are read in one pass: a parser that went back would not end within the test's time.
#[test]
fn long_strings_are_read_in_one_pass() {
    let list: Vec<String> = (1..=100_000).map(|amount| format!("{amount}/minute")).collect();
    assert_eq!(list.join(";").parse::<LimitSet>().expect("a list").len(), 100_000);
    for text in ["1h ".repeat(100_000), "9".repeat(1_000_000), "x".repeat(1_000_000), " ".repeat(1_000_000)] {
        let message = format!("5/{text}")
            .parse::<LimitSet>()
            .map_or_else(|error| error.to_string(), |set| set.to_string());
        assert!(message.len() < 1000, "{message}");
    }
}
