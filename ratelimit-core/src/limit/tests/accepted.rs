//! What is accepted, and what it means.

use std::time::Duration;

use crate::{Limit, LimitSet};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Asserts that `text` is `amount` in so many `seconds`, and prints as `printed`.
#[track_caller]
fn assert_limit(text: &str, amount: u64, seconds: u64, printed: &str) {
    assert_window(text, amount, Duration::from_secs(seconds), printed);
}

#[track_caller]
fn assert_window(text: &str, amount: u64, window: Duration, printed: &str) {
    let limit: Limit = text.parse().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((limit.amount(), limit.window()), (amount, window), "{text:?}");
    assert_eq!(limit.to_string(), printed, "{text:?}");
    assert_eq!(printed.parse(), Ok(limit), "{printed:?} printed for {text:?}");
}

/// Every row that Flask-Limiter accepts, but for its two accidents.
#[test]
fn what_flask_limiter_accepts() {
    assert_limit("10perminute", 10, MINUTE, "10 per 1 minute");
    assert_limit("1PER MINUTE", 1, MINUTE, "1 per 1 minute");
    assert_limit("1/SECONDS", 1, 1, "1 per 1 second");
    assert_limit(" 1/day\n", 1, DAY, "1 per 1 day");
    assert_limit("1 / 2 day", 1, 2 * DAY, "1 per 2 day");
    assert_limit("5/10 minute", 5, 10 * MINUTE, "5 per 10 minute");
    assert_limit("1 per2hours", 1, 2 * HOUR, "1 per 2 hour");
    assert_limit("0/second", 0, 1, "0 per 1 second");
    assert_limit("01/day", 1, DAY, "1 per 1 day");
    assert_limit("1\u{a0}/\u{a0}day", 1, DAY, "1 per 1 day");
    assert_limit("3 per month", 3, 30 * DAY, "3 per 1 month");
    assert_limit("3 per 2 years", 3, 720 * DAY, "3 per 2 year");
    let set: LimitSet = "1/second,2/minute|3/hour;4/day".parse().expect("mixed separators");
    assert_eq!(set.to_string(), "1 per 1 second; 2 per 1 minute; 3 per 1 hour; 4 per 1 day");
}

#[test]
fn every_unit_in_every_form_and_case() {
    for (names, name, seconds) in [
        (["second", "seconds", "sec", "secs", "s"].as_slice(), "second", 1),
        (&["minute", "minutes", "min", "mins", "m"], "minute", MINUTE),
        (&["hour", "hours", "hr", "hrs", "h"], "hour", HOUR),
        (&["day", "days", "d"], "day", DAY),
        (&["week", "weeks", "w"], "week", 7 * DAY),
        (&["month", "months"], "month", 30 * DAY),
        (&["year", "years"], "year", 360 * DAY),
    ] {
        for unit in names.iter().flat_map(|unit| [(*unit).to_owned(), unit.to_uppercase()]) {
            assert_limit(&format!("7/{unit}"), 7, seconds, &format!("7 per 1 {name}"));
            assert_limit(&format!("7 per 3{unit}"), 7, 3 * seconds, &format!("7 per 3 {name}"));
        }
    }
}

#[test]
fn durations() {
    for (text, nanos, printed) in [
        ("5/500ms", 500_000_000, "5 per 500ms"),
        ("5/500 MSEC", 500_000_000, "5 per 500ms"),
        ("5/7us", 7_000, "5 per 7us"),
        ("5/7\u{b5}s", 7_000, "5 per 7us"),
        ("5/7\u{3bc}s", 7_000, "5 per 7us"),
        ("5/1ns", 1, "5 per 1ns"),
        ("5/1s 1ms 1us 1ns", 1_001_001_001, "5 per 1s 1ms 1us 1ns"),
        ("5/2000 millis", 2_000_000_000, "5 per 2s"),
    ] {
        assert_window(text, 5, Duration::from_nanos(nanos), printed);
    }
    for (text, seconds, printed) in [
        ("10 per 1h 30m", 90 * MINUTE, "10 per 1h 30m"),
        ("10/1h30m", 90 * MINUTE, "10 per 1h 30m"),
        ("10PER1H30MIN", 90 * MINUTE, "10 per 1h 30m"),
        ("10/1 hour 30 minutes", 90 * MINUTE, "10 per 1h 30m"),
        ("10/0h 30m", 30 * MINUTE, "10 per 30m"),
        ("10/30m 1h", 90 * MINUTE, "10 per 1h 30m"),
        ("10/45m 45m", 90 * MINUTE, "10 per 1h 30m"),
        ("10/1w 1d", 8 * DAY, "10 per 8days"),
        ("10/2wks", 14 * DAY, "10 per 14days"),
        ("10/1 day 1 s", DAY + 1, "10 per 1day 1s"),
        ("10/400d 1h", 400 * DAY + HOUR, "10 per 400days 1h"),
    ] {
        assert_limit(text, 10, seconds, printed);
    }
}

/// Months and years of humantime can't slip in: one unit of ours is no duration.
#[test]
fn a_single_unit_is_ours() {
    assert_limit("5/2m", 5, 2 * MINUTE, "5 per 2 minute");
    assert_limit("5/2M", 5, 2 * MINUTE, "5 per 2 minute");
    assert_limit("5/M", 5, MINUTE, "5 per 1 minute");
    assert_limit("5/1 month", 5, 30 * DAY, "5 per 1 month");
    assert_limit("5/1 year", 5, 360 * DAY, "5 per 1 year");
    assert_limit("10/90m", 10, 90 * MINUTE, "10 per 90 minute");
}

#[test]
fn spaces_are_free() {
    // Each space that Python's `\s` knows, the four ASCII separators among them.
    for space in " \t\n\u{b}\u{c}\r\u{1c}\u{1d}\u{1e}\u{1f}\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{202f}\u{205f}\u{3000}"
        .chars()
    {
        let text = "_5_per_10_minute_".replace('_', &format!("{space}{space}"));
        assert_limit(&text, 5, 10 * MINUTE, "5 per 10 minute");
        let text = "_10_/_1_h_30_m_".replace('_', &space.to_string());
        assert_limit(&text, 10, 90 * MINUTE, "10 per 1h 30m");
    }
}

#[test]
fn the_largest_and_smallest() {
    assert_limit("18446744073709551615/day", u64::MAX, DAY, "18446744073709551615 per 1 day");
    assert_limit("000000000000000000000000000000001/day", 1, DAY, "1 per 1 day");
    assert_limit("1/000000000000000000000000000000002 day", 1, 2 * DAY, "1 per 2 day");
    assert_window(
        "1/4611686018427387904 ns",
        1,
        Limit::MAX_WINDOW,
        "1 per 53375days 23h 53m 38s 427ms 387us 904ns",
    );
}
