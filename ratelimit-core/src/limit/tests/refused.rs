//! What is refused, and which part of it is wrong.

use crate::{Limit, LimitSet, ParseLimitError};

/// Asserts that neither a limit nor a set can be read from `text`, because of `wrong` in it.
#[track_caller]
fn assert_refused(text: &str, wrong: &str) {
    let error: ParseLimitError = text.parse::<LimitSet>().expect_err(text);
    assert_eq!(&text[error.span()], wrong, "{error}");
    let as_one = text.parse::<Limit>().expect_err(text);
    assert!(as_one == error || text.contains([',', ';', '|']), "{as_one}");
}

/// Every row that Flask-Limiter refuses and no unit or duration of ours makes good.
#[test]
fn what_flask_limiter_refuses() {
    for (text, wrong) in [
        ("", ""),
        ("1/second;", ";"),
        ("1/day;;2/day", ";"),
        ("1/second 2/minute", "2/minute"),
        ("1//day", "/"),
        ("1 per 1 per minute", "per"),
        ("+1/second", "+1"),
        ("1/1.5 second", "1.5"),
        ("3/minutess", "minutess"),
        ("\u{661}/second", "\u{661}"),
        ("1\u{661}/second", "1\u{661}"),
        ("1/\u{662} second", "\u{662}"),
    ] {
        assert_refused(text, wrong);
    }
    for text in ["1/s", "1/min", "1/weeks", "2/sec"] {
        assert!(text.parse::<Limit>().is_ok(), "{text:?} is newly allowed");
    }
}

/// What Flask-Limiter accepts by accident.
#[test]
fn accidents_of_flask_limiter() {
    assert_refused("1/second:;5/minute", ":");
    assert_refused("1/0 second", "0 second");
    assert_refused("12345678901234567890123/second", "12345678901234567890123");
}

#[test]
fn broken_lists() {
    for (text, wrong) in [
        (" \t", " \t"),
        (";", ";"),
        (";1/day", ";"),
        ("1/day;;", ";"),
        ("1/day ; \n", ";"),
        ("1/day;x", "x"),
        ("1/day:5/minute", ":"),
        ("1/day:", ":"),
        ("1/day & 1/minute", "&"),
        ("1/day.", "."),
        ("1,000/day", ","),
    ] {
        assert_refused(text, wrong);
    }
}

#[test]
fn broken_amounts() {
    for (text, wrong) in [
        ("/day", "/"),
        ("per day", "per"),
        ("day", "day"),
        ("ten/day", "ten"),
        ("-3/minute", "-3"),
        ("\u{2212}3/minute", "\u{2212}3"),
        ("1.5/day", "1.5"),
        ("1_000/day", "1_000"),
        ("½/day", "½"),
        ("?/day", "?"),
        ("18446744073709551616/day", "18446744073709551616"),
        ("5", ""),
        ("5 day", "day"),
        ("5:day", ":"),
        ("1e5/day", "e"),
    ] {
        assert_refused(text, wrong);
    }
}

#[test]
fn broken_windows() {
    for (text, wrong) in [
        ("5/", ""),
        ("5 per ", ""),
        ("5/10", ""),
        ("5/ ;1/day", ";"),
        ("5/per day", "per"),
        ("5/fortnight", "fortnight"),
        ("5/minuté", "minuté"),
        ("5/\u{17f}econd", "\u{17f}econd"),
        ("5/wee\u{212a}", "wee\u{212a}"),
        ("5/minute\u{301}", "\u{301}"),
        ("5/-1 minute", "-1"),
        ("5/1.5h", "1.5"),
        ("5/1h 1.5m", "1.5"),
        ("5/0ms", "0ms"),
        ("5/0h 0m", "0h 0m"),
        ("5/1h 30", ""),
        ("5/1h 30x", "x"),
        ("5/ms", "ms"),
        ("5/h 30m", "h"),
        ("5/1h 1M", "M"),
        ("5/1M 1s", "M"),
        ("5/1 month 1 day", "month"),
        ("5/month 1 day", "month"),
        ("5/1d 1 years", "years"),
        ("5/1y", "y"),
        ("5/yr", "yr"),
        ("5/second 2 per minute", "2"),
        ("5/2 second 2 per minute", "2"),
        ("5/2 second 2/minute", "2/minute"),
        ("5/second 2 x", "2"),
    ] {
        assert_refused(text, wrong);
    }
}

#[test]
fn windows_that_are_too_long() {
    for window in [
        "149 years",
        "4611686018427387905ns",
        "18446744073709551615 second",
        "99999999999999999999 second",
        "106751d 23h 47m 16s 854ms 775us 808ns",
        // humantime itself panics on this sum.
        "18446744073709551615s 1000000000ns",
        "18446744073709551615w 1s",
    ] {
        let text = format!("5/{window}");
        let error = text.parse::<Limit>().expect_err(&text);
        assert!(error.to_string().starts_with("the window is longer than 146 years at bytes 2.."), "{error}");
    }
}

#[test]
fn one_limit_is_one_limit() {
    let error = "1/second; 2/minute".parse::<Limit>().expect_err("two limits");
    assert_eq!(error.span(), 8..9);
    let error = "1/second; ".parse::<Limit>().expect_err("a separator");
    assert!(error.to_string().starts_with("trailing separator"), "{error}");
}
