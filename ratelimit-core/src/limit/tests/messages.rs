//! The words of every mistake: who changes one changes it here on purpose.

use crate::{Limit, LimitSet};

#[track_caller]
fn assert_messages(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(message(text), *expected);
    }
}

fn message(text: &str) -> String {
    text.parse::<LimitSet>().expect_err(text).to_string()
}

#[test]
fn mistakes_in_lists() {
    assert_messages(&[
        ("", "no limit given: expected an amount and a window, such as `5/minute`"),
        ("  ", "no limit given at bytes 0..2 of `  `: expected an amount and a window, such as `5/minute`"),
        (
            "1/day;;2/day",
            "missing limit at bytes 6..7 of `1/day;;2/day`: expected one separator between two limits and none before the first",
        ),
        (
            "1/second;",
            "trailing separator at bytes 8..9 of `1/second;`: expected another limit after it, or no separator",
        ),
        (
            "1/second 2/minute",
            "unexpected `2/minute` after a limit at bytes 9..17 of `1/second 2/minute`: expected `;`, `,` or `|` between two limits, or the end; did you mean `; 2/minute`?",
        ),
        (
            "5/minute foo",
            "unexpected `foo` after a limit at bytes 9..12 of `5/minute foo`: expected `;`, `,` or `|` between two limits, or the end",
        ),
        (
            "1/second:;5/minute",
            "stray `:` at bytes 8..9 of `1/second:;5/minute`: expected `;`, `,` or `|` between two limits; did you mean `;`?",
        ),
    ]);
}

#[test]
fn mistakes_in_amounts() {
    assert_messages(&[
        (
            "/minute",
            "missing amount at bytes 0..1 of `/minute`: expected a whole number first, as in `5/minute`",
        ),
        (
            "+1/second",
            "invalid amount `+1` at bytes 0..2 of `+1/second`: expected a whole number in digits, without a sign, as in `5/minute`; did you mean `1`?",
        ),
        (
            "-3/minute",
            "invalid amount `-3` at bytes 0..2 of `-3/minute`: expected a whole number in digits, without a sign, as in `5/minute`",
        ),
        (
            "1_000/day",
            "invalid amount `1_000` at bytes 0..5 of `1_000/day`: expected a whole number in digits, without a sign, as in `5/minute`; did you mean `1000`?",
        ),
        (
            "18446744073709551616/day",
            "amount too large at bytes 0..20 of `18446744073709551616/day`: expected 18446744073709551615 or less",
        ),
        (
            "5",
            "missing `/` or `per` at the end, byte 1, of `5`: expected one of them between the amount and the window, as in `5/minute`",
        ),
        (
            "5 pre minute",
            "missing `/` or `per` at bytes 2..5 of `5 pre minute`: expected one of them between the amount and the window, as in `5/minute`; did you mean `per`?",
        ),
        (
            "5 minute",
            "missing `/` or `per` at bytes 2..8 of `5 minute`: expected one of them between the amount and the window, as in `5/minute`; did you mean `per minute`?",
        ),
    ]);
}

#[test]
fn mistakes_in_windows() {
    assert_messages(&[
        (
            "5/",
            "missing unit at the end, byte 2, of `5/`: expected second, minute, hour, day, week, month or year, or a duration such as `1h 30m`",
        ),
        (
            "1//day",
            "missing unit at bytes 2..3 of `1//day`: expected second, minute, hour, day, week, month or year, or a duration such as `1h 30m`",
        ),
        (
            "3/minuet",
            "unknown unit `minuet` at bytes 2..8 of `3/minuet`: expected second, minute, hour, day, week, month or year, or a duration such as `1h 30m`; did you mean `minute`?",
        ),
        (
            "5/fortnight",
            "unknown unit `fortnight` at bytes 2..11 of `5/fortnight`: expected second, minute, hour, day, week, month or year, or a duration such as `1h 30m`",
        ),
        (
            "1/1.5 second",
            "invalid number `1.5` at bytes 2..5 of `1/1.5 second`: expected a whole number in digits, without a sign, as in `10 minutes`, `1h 30m` or `1500ms`",
        ),
        (
            "5/h 30m",
            "missing number before `h` at bytes 2..3 of `5/h 30m`: expected a number before each unit of a duration, as in `1h 30m` or `500ms`; did you mean `1h`?",
        ),
        (
            "5/ms",
            "missing number before `ms` at bytes 2..4 of `5/ms`: expected a number before each unit of a duration, as in `1h 30m` or `500ms`; did you mean `1ms`?",
        ),
        (
            "5/1 month 1 day",
            "`month` in a duration at bytes 4..9 of `5/1 month 1 day`: expected week or shorter, because a month is 30 days and a year 360 days in a limit but not in a duration; `month` and `year` can only be the whole window",
        ),
        (
            "5/1y",
            "ambiguous unit `y` at bytes 3..4 of `5/1y`: expected `year`, which is 360 days here, because elsewhere short forms mean 365.25 days; did you mean `year`?",
        ),
        (
            "5/1h 30M",
            "ambiguous unit `M` at bytes 7..8 of `5/1h 30M`: expected `m` or `min` for minutes, because `M` means months in durations elsewhere",
        ),
        (
            "1/0 second",
            "the window is empty at bytes 2..10 of `1/0 second`: expected 1 nanosecond to 146 years",
        ),
        (
            "5/149 years",
            "the window is longer than 146 years at bytes 2..11 of `5/149 years`: expected 1 nanosecond to 146 years",
        ),
    ]);
}

#[test]
fn a_list_where_one_limit_is_expected() {
    let error = "1/second; 2/minute".parse::<Limit>().expect_err("two limits");
    assert_eq!(
        error.to_string(),
        "more than one limit at bytes 8..9 of `1/second; 2/minute`: expected one limit; a list of limits is a \
         `LimitSet`",
    );
}

#[test]
fn long_names_of_short_units() {
    for (text, meant) in [("5/9 milliseconds", "ms"), ("5/9 Microsecs", "us"), ("5/9 nanosecond", "ns")] {
        assert!(message(text).ends_with(&format!("; did you mean `{meant}`?")), "{}", message(text));
    }
}

#[test]
fn no_guess_where_nothing_is_near() {
    for text in ["5/x", "5/lunch", "5 x minute", "ten/minute", "5/1.5h"] {
        assert!(!message(text).contains("did you mean"), "{}", message(text));
    }
}

#[test]
fn long_strings_are_cut() {
    let around = vec!["1/second"; 30].join("; ");
    assert_eq!(
        message(&format!("{around}; 3/minuet; {around}")),
        "unknown unit `minuet` at bytes 302..308 of \
         `…second; 1/second; 3/minuet; 1/second; 1/second; 1/second; 1/…`: expected second, minute, hour, day, \
         week, month or year, or a duration such as `1h 30m`; did you mean `minute`?",
    );
    let x = "x".repeat(30);
    assert_eq!(
        message(&format!("3/{}", "x".repeat(1000))),
        format!(
            "unknown unit `{x}…` at bytes 2..1002 of `3/{x}xxxxxxxxxx…`: expected second, minute, hour, day, \
             week, month or year, or a duration such as `1h 30m`"
        ),
    );
}

#[test]
fn what_is_invisible_is_escaped() {
    assert_eq!(
        message("3/minute\u{202e}\r\nfoo"),
        r"unexpected `\u{202e}` after a limit at bytes 8..11 of `3/minute\u{202e}\r\nfoo`: expected `;`, `,` or `|` between two limits, or the end",
    );
}
