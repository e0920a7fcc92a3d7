use std::time::Duration;

use super::*;
use crate::{Limit, Strategy};

const SECOND: u64 = 1_000_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(seconds * SECOND)
}

fn quota(amount: u64, window: u64) -> Quota {
    let limit = Limit::new(amount, Duration::from_nanos(window)).expect("a window in range");
    Quota::new(limit, Strategy::TokenBucket)
}

/// Takes a token whenever one is there, one after the other; answers when each was had.
fn greedy(quota: &Quota, tokens: usize) -> Vec<u64> {
    let (mut bucket, mut now) = (TokenBucket::default(), 0);
    std::iter::repeat_with(|| {
        let decision = bucket.decide(quota, 1, Timestamp::from_nanos(now));
        now += decision.retry_after().map_or(0, |wait| u64::try_from(wait.as_nanos()).expect("a wait"));
        bucket.charge(quota, 1, Timestamp::from_nanos(now));
        now
    })
    .take(tokens)
    .collect()
}

#[test]
fn seven_a_minute_are_seven_in_each_minute_for_ever() {
    let had = greedy(&quota(7, 60 * SECOND), 7 + 70_000);
    assert!(had[..7].iter().all(|&at_once| at_once == 0));
    for (number, &had_at) in (1..).zip(&had[7..]) {
        assert_eq!(had_at, (number * 60 * SECOND).div_ceil(7), "token {number}");
    }
}

#[test]
fn rates_near_a_token_a_nanosecond_are_exact() {
    assert_eq!(greedy(&quota(3, 10), 12), [0, 0, 0, 4, 7, 10, 14, 17, 20, 24, 27, 30]);
    // A bucket of one token is full at the next whole nanosecond, and what would flow over is lost.
    let single = quota(3, 10).with_burst(1).expect("a bucket that fills");
    assert_eq!(greedy(&single, 4), [0, 4, 8, 12]);
    // Faster than time is told: two or three tokens each nanosecond, seven in three.
    let fast = quota(7, 3);
    let mut bucket = TokenBucket::default();
    bucket.charge(&fast, 7, at(0));
    let left = [0, 1, 2, 3].map(|now| bucket.decide(&fast, 0, Timestamp::from_nanos(now)).remaining());
    assert_eq!(left, [0, 2, 4, 7]);
}

#[test]
fn an_empty_bucket_is_full_after_exactly_its_time() {
    let quota = quota(7, 60 * SECOND);
    let mut bucket = TokenBucket::default();
    bucket.charge(&quota, 7, at(0));
    assert_eq!(bucket.decide(&quota, 7, at(0)).retry_after(), Some(Duration::from_mins(1)));
    assert_eq!(bucket.expires_at(&quota), at(60));
}

#[test]
fn a_burst_is_the_bucket_and_not_the_rate() {
    let quota = quota(1, SECOND).with_burst(3).expect("a bucket that fills");
    let mut bucket = TokenBucket::default();
    let decision = bucket.decide(&quota, 3, at(0));
    assert_eq!((decision.limit(), decision.remaining()), (3, 0));
    assert_eq!(decision.reset_after(), Duration::from_secs(1));
    bucket.charge(&quota, 3, at(0));
    assert_eq!(bucket.decide(&quota, 2, at(1)).retry_after(), Some(Duration::from_secs(1)));
    assert_eq!(bucket.decide(&quota, 4, at(1)).retry_after(), None);
}

#[test]
fn a_refund_gives_back_only_what_is_still_owed() {
    let quota = quota(1, SECOND).with_burst(5).expect("a bucket that fills");
    let mut bucket = TokenBucket::default();
    let receipt = bucket.decide(&quota, 3, at(0)).receipt();
    bucket.charge(&quota, 3, at(0)); // owed until 3 s
    bucket.charge(&quota, 2, at(1)); // owed until 5 s
    bucket.refund(&quota, 3, receipt, at(2)); // two of the three have come back by then
    assert_eq!(bucket.decide(&quota, 0, at(2)).remaining(), 3);
    bucket.refund(&quota, 3, receipt, at(3)); // all three would have
    assert_eq!(bucket.decide(&quota, 0, at(3)).remaining(), 4);
}

#[test]
fn a_refund_at_once_gives_all_of_it_back_at_any_rate() {
    let quota = quota(7, 10);
    let mut bucket = TokenBucket::default();
    let now = Timestamp::from_nanos(3);
    let receipts = [1, 2, 3].map(|cost| {
        let receipt = bucket.decide(&quota, cost, now).receipt();
        bucket.charge(&quota, cost, now);
        (cost, receipt)
    });
    for (cost, receipt) in receipts {
        bucket.refund(&quota, cost, receipt, now);
    }
    assert_eq!(bucket, TokenBucket::default());
}

#[test]
fn a_changed_amount_keeps_the_time_that_is_owed() {
    let mut bucket = TokenBucket::default();
    bucket.charge(&quota(10, 10 * SECOND), 10, at(0));
    let slower = quota(2, 10 * SECOND);
    assert_eq!(bucket.decide(&slower, 1, at(0)).retry_after(), Some(Duration::from_secs(5)));
    // A smaller bucket is refused until the debt is down to its size.
    let smaller = quota(10, 10 * SECOND).with_burst(1).expect("a bucket that fills");
    let decision = bucket.decide(&smaller, 1, at(1));
    assert_eq!((decision.remaining(), decision.retry_after()), (0, Some(Duration::from_secs(9))));
    // Without an amount nothing is taken, and nothing forgotten either.
    let before = bucket;
    bucket.charge(&quota(0, SECOND), 1, at(1));
    bucket.refund(&quota(0, SECOND), 1, Receipt { charged_at: at(0), full_at: at(10) }, at(1));
    assert_eq!(bucket, before);
}

#[test]
fn a_refund_of_nothing_changes_nothing_at_any_amount() {
    let mut bucket = TokenBucket::default();
    bucket.charge(&quota(6, 46_000), 1, at(1));
    let before = bucket;
    bucket.refund(&quota(1, 46_000), 0, Receipt { charged_at: at(1), full_at: at(2) }, at(1));
    assert_eq!(bucket, before);
}
