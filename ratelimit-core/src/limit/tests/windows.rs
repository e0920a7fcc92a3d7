//! Limits made from a duration, and how they print.

use std::time::Duration;

use crate::{Limit, WindowError};

#[test]
fn the_largest_unit_that_flask_limiter_has() {
    for (seconds, printed) in [
        (1, "1 second"),
        (90, "90 second"),
        (60, "1 minute"),
        (5400, "90 minute"),
        (3600, "1 hour"),
        (86_400, "1 day"),
        (7 * 86_400, "7 day"),
        (360 * 86_400, "360 day"),
    ] {
        let limit = Limit::new(5, Duration::from_secs(seconds)).expect("a window");
        assert_eq!(limit.to_string(), format!("5 per {printed}"));
    }
}

#[test]
fn a_part_of_a_second_is_a_duration() {
    for (window, printed) in [
        (Duration::from_millis(500), "500ms"),
        (Duration::from_millis(61_500), "1m 1s 500ms"),
        (Duration::new(100 * 86_400, 1), "100days 1ns"),
    ] {
        let limit = Limit::new(5, window).expect("a window");
        assert_eq!(limit.to_string(), format!("5 per {printed}"));
        assert_eq!(limit.to_string().parse(), Ok(limit));
    }
}

#[test]
fn windows_that_cannot_be() {
    assert_eq!(Limit::new(5, Duration::ZERO), Err(WindowError::Zero));
    assert!(Limit::new(5, Limit::MAX_WINDOW).is_ok());
    assert_eq!(Limit::new(5, Limit::MAX_WINDOW + Duration::from_nanos(1)), Err(WindowError::TooLong));
    assert_eq!(Limit::new(5, Duration::MAX), Err(WindowError::TooLong));
}

#[test]
fn a_limit_can_be_made_again_as_it_was_written() {
    for text in
        ["1 per 60 second", "2 per 1 week", "3 per 1 month", "4 per 1 year", "5 per 500ms", "6 per 2 day"]
    {
        let limit: Limit = text.parse().expect(text);
        let again = Limit::new(limit.amount(), limit.window()).expect(text).printed_in(limit.unit_nanos());
        assert_eq!(again.to_string(), text);
    }
}
