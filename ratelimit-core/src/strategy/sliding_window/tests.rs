use std::time::Duration;

use super::*;
use crate::Strategy;

const SECOND: u64 = 1_000_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(seconds * SECOND)
}

fn per_minute(amount: u64) -> Quota {
    Quota::new(format!("{amount}/minute").parse().expect("a limit"), Strategy::SlidingWindow)
}

#[test]
fn the_previous_window_weighs_by_what_is_in_sight_of_it() {
    let quota = per_minute(100);
    let windows = SlidingWindow { start: 0, current: 80, previous: 40 };
    assert!(!windows.decide(&quota, 1, at(30)).is_allowed());
    let decision = windows.decide(&quota, 1, at(40));
    assert!(decision.is_allowed());
    assert_eq!(decision.remaining(), 6); // 100 - 13 - 80 - 1
}

#[test]
fn a_wait_within_the_window_ends_with_the_first_unit_that_leaves() {
    let quota = per_minute(100);
    let windows = SlidingWindow { start: 0, current: 80, previous: 40 };
    // 20 units are in sight up to and with 30 s: 19 and a fraction count as 19.
    let wait = Duration::from_nanos(1);
    assert_eq!(windows.decide(&quota, 1, at(30)).retry_after(), Some(wait));
    // 10 more must leave: less than 11 of 40 in sight is more than 29/40 of the window.
    let wait = Duration::from_nanos(60 * SECOND * 29 / 40 - 30 * SECOND + 1);
    assert_eq!(windows.decide(&quota, 10, at(30)).retry_after(), Some(wait));
}

#[test]
fn a_wait_may_go_on_into_the_next_window() {
    let quota = per_minute(10);
    let windows = SlidingWindow { start: 0, current: 10, previous: 0 };
    // At the shift all ten are still in sight, a nanosecond later nine and a fraction.
    let wait = Duration::from_nanos(60 * SECOND + 1);
    assert_eq!(windows.decide(&quota, 1, at(0)).retry_after(), Some(wait));
    // All of the amount is free when less than one unit is in sight.
    let wait = Duration::from_nanos(114 * SECOND + 1);
    assert_eq!(windows.decide(&quota, 10, at(0)).retry_after(), Some(wait));
}

#[test]
fn a_wait_may_end_just_with_the_window() {
    let quota = per_minute(2);
    // As only a lowered amount can leave it: far more in the previous window than fits.
    let windows = SlidingWindow { start: 0, current: 0, previous: u64::MAX };
    assert_eq!(windows.decide(&quota, 1, at(0)).retry_after(), Some(Duration::from_mins(1)));
    let windows = SlidingWindow { start: 0, current: u64::MAX, previous: 7 };
    assert_eq!(windows.decide(&quota, 1, at(0)).retry_after(), Some(Duration::from_mins(2)));
}

#[test]
fn after_two_windows_the_next_hit_starts_anew() {
    let (quota, mut windows) = (per_minute(10), SlidingWindow::default());
    windows.charge(&quota, 4, at(10));
    assert_eq!(windows.expires_at(&quota), at(130));
    windows.charge(&quota, 1, at(129));
    assert_eq!(windows, SlidingWindow { start: 70 * SECOND, current: 1, previous: 4 });
    windows.charge(&quota, 1, at(189));
    assert_eq!(windows, SlidingWindow { start: 130 * SECOND, current: 1, previous: 1 });
    windows.charge(&quota, 2, at(250));
    assert_eq!(windows, SlidingWindow { start: 250 * SECOND, current: 2, previous: 0 });
}

#[test]
fn a_refund_finds_the_window_it_was_charged_to() {
    let (quota, mut windows) = (per_minute(10), SlidingWindow::default());
    let first = windows.decide(&quota, 4, at(0)).receipt();
    windows.charge(&quota, 4, at(0));
    let second = windows.decide(&quota, 3, at(70)).receipt();
    windows.charge(&quota, 3, at(70));
    windows.refund(&quota, 1, first, at(80));
    windows.refund(&quota, 1, second, at(80));
    assert_eq!(windows, SlidingWindow { start: 60 * SECOND, current: 2, previous: 3 });
    windows.refund(&quota, 3, first, at(125)); // two windows on, it weighs no more
    assert_eq!(windows, SlidingWindow { start: 120 * SECOND, current: 0, previous: 2 });
    windows.refund(&quota, 2, second, at(125));
    assert_eq!(windows, SlidingWindow::default());
}

#[test]
fn a_thread_that_is_late_counts_in_the_window_that_runs() {
    let quota = per_minute(10);
    let mut windows = SlidingWindow { start: 60 * SECOND, current: 0, previous: 6 };
    let late = windows.decide(&quota, 4, at(59));
    assert!(late.is_allowed());
    windows.charge(&quota, 4, at(59));
    assert_eq!(windows, SlidingWindow { start: 60 * SECOND, current: 4, previous: 6 });
    windows.refund(&quota, 4, late.receipt(), at(60));
    assert_eq!(windows, SlidingWindow { start: 60 * SECOND, current: 0, previous: 6 });
}
