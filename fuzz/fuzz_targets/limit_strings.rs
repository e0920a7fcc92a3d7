//! A limit string that parses prints a string that parses to the same limits; one that doesn't says where.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ratelimit_core::{Limit, LimitSet, ParseLimitError};

fuzz_target!(|text: &str| {
    match text.parse::<LimitSet>() {
        Ok(limits) => assert_eq!(limits.to_string().parse(), Ok(limits)),
        Err(error) => check(text, &error),
    }
    match text.parse::<Limit>() {
        Ok(limit) => assert_eq!(limit.to_string().parse(), Ok(limit)),
        Err(error) => check(text, &error),
    }
});

fn check(text: &str, error: &ParseLimitError) {
    assert!(text.get(error.span()).is_some(), "{:?} does not slice {text:?}", error.span());
    assert!(!error.to_string().contains(char::is_control));
}
