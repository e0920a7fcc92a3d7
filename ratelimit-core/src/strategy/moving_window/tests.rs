use std::time::Duration;

use super::*;
use crate::Strategy;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

fn per_minute(amount: u64) -> Quota {
    Quota::new(format!("{amount}/minute").parse().expect("a limit"), Strategy::MovingWindow)
}

#[test]
fn a_hit_leaves_when_its_age_reaches_the_window() {
    let (quota, mut window) = (per_minute(3), MovingWindow::default());
    window.charge(&quota, 2, at(0));
    window.charge(&quota, 1, at(30));
    let before = Timestamp::from_nanos(at(60).as_nanos() - 1);
    assert_eq!(window.decide(&quota, 0, before).remaining(), 0);
    assert_eq!(window.decide(&quota, 0, at(60)).remaining(), 2);
    assert_eq!(window.expires_at(&quota), at(90));
}

#[test]
fn a_wait_is_for_as_many_of_the_oldest_as_the_cost_needs() {
    let (quota, mut window) = (per_minute(6), MovingWindow::default());
    for (seconds, cost) in [(0, 1), (10, 2), (20, 3)] {
        window.charge(&quota, cost, at(seconds));
    }
    let waits = [30, 40, 40, 50, 50, 50].map(|seconds| Some(Duration::from_secs(seconds)));
    for (cost, wait) in (1..).zip(waits) {
        assert_eq!(window.decide(&quota, cost, at(30)).retry_after(), wait, "cost {cost}");
    }
    assert_eq!(window.decide(&quota, 7, at(30)).retry_after(), None);
    // What has left but lies in the log still does not count towards the wait.
    assert_eq!(window.decide(&quota, 4, at(70)).retry_after(), Some(Duration::from_secs(10)));
}

#[test]
fn a_great_cost_takes_one_entry() {
    let (quota, mut window) = (per_minute(1_000_000), MovingWindow::default());
    window.charge(&quota, 999_999, at(0));
    assert_eq!(window.decide(&quota, 0, at(0)).remaining(), 1);
    window.charge(&quota, 1, at(0));
    assert_eq!(window.log.as_ref().map(|log| log.len()), Some(1));
    assert!(!window.decide(&quota, 1, at(59)).is_allowed());
    assert!(window.decide(&quota, 1_000_000, at(60)).is_allowed());
}

#[test]
fn a_charge_clears_away_what_has_left_and_its_memory() {
    let (quota, mut window) = (per_minute(10_000), MovingWindow::default());
    for nanos in 0..10_000 {
        window.charge(&quota, 1, Timestamp::from_nanos(nanos));
    }
    window.charge(&quota, 1, at(61));
    let log = window.log.as_ref().expect("a log");
    assert_eq!(log.len(), 1);
    assert!(log.capacity() <= 64, "{}", log.capacity());
}

#[test]
fn a_refund_takes_out_of_its_own_entry_and_no_more_than_that_holds() {
    let (quota, mut window) = (per_minute(9), MovingWindow::default());
    for (seconds, cost) in [(0, 3), (10, 2), (20, 1)] {
        window.charge(&quota, cost, at(seconds));
    }
    let receipt = |seconds| Receipt { charged_at: at(seconds), full_at: at(seconds + 60) };
    window.refund(&quota, 5, receipt(10), at(30));
    assert_eq!(window.decide(&quota, 0, at(30)).remaining(), 5);
    window.refund(&quota, 1, receipt(0), at(30));
    assert_eq!(window.decide(&quota, 0, at(30)).remaining(), 6);
    window.refund(&quota, 1, receipt(15), at(30)); // no such entry
    window.refund(&quota, 2, receipt(0), at(60)); // it has left
    assert_eq!(window.decide(&quota, 0, at(60)).remaining(), 8);
    window.refund(&quota, 1, receipt(20), at(60));
    assert_eq!(window, MovingWindow::default());
}

#[test]
fn a_thread_that_is_late_joins_the_newest_entry() {
    let (quota, mut window) = (per_minute(3), MovingWindow::default());
    window.charge(&quota, 1, at(10));
    let late = window.decide(&quota, 1, at(9));
    window.charge(&quota, 1, at(9));
    assert_eq!(late.receipt(), Receipt { charged_at: at(10), full_at: at(70) });
    assert_eq!(window.decide(&quota, 0, at(69)).remaining(), 1);
    window.refund(&quota, 1, late.receipt(), at(11));
    assert_eq!(window.decide(&quota, 0, at(69)).remaining(), 2);
}

#[test]
fn sums_may_run_past_their_end() {
    let (quota, mut window) = (per_minute(u64::MAX), MovingWindow::default());
    for minute in 0..4 {
        window.charge(&quota, u64::MAX - 1, at(minute * 60));
        let refused = window.decide(&quota, 2, at(minute * 60 + 1));
        assert_eq!((refused.remaining(), refused.retry_after()), (1, Some(Duration::from_secs(59))));
    }
}
