//! What decisions say of the future comes true, to the nanosecond.

use std::time::Duration;

use proptest::prelude::*;
use ratelimit_core::{Limit, Quota, Strategy, Timestamp, strategy::State};

use crate::past::{Past, cost_of, just_before, later, pasts};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn waiting_exactly_retry_after_is_enough_and_no_more_than_needed(
        past in pasts(), parts in 0..=25_u8, extra in 0..3_u64,
    ) {
        let cost = cost_of(&past, parts, extra);
        let decision = past.decide(cost, Duration::ZERO);
        prop_assert_eq!(decision.is_allowed(), cost <= past.decide(0, Duration::ZERO).remaining());
        match decision.retry_after() {
            None => prop_assert!(decision.is_allowed() || cost > past.quota.capacity()),
            Some(wait) => {
                prop_assert!(!decision.is_allowed() && !wait.is_zero());
                prop_assert!(past.decide(cost, wait).is_allowed(), "after {wait:?}");
                prop_assert!(!past.decide(cost, just_before(wait)).is_allowed(), "1 ns before {wait:?}");
            }
        }
    }

    #[test]
    fn more_is_left_after_reset_after_and_not_before(past in pasts(), parts in 0..=25_u8, extra in 0..3_u64) {
        let mut past = past;
        let cost = cost_of(&past, parts, extra);
        let decision = past.decide(cost, Duration::ZERO);
        if decision.is_allowed() {
            past.state.charge(&past.quota, cost, past.now);
        }
        let wait = decision.reset_after();
        if wait.is_zero() {
            prop_assert_eq!(decision.remaining(), decision.limit());
        } else {
            prop_assert_eq!(past.decide(0, just_before(wait)).remaining(), decision.remaining());
            prop_assert!(past.decide(0, wait).remaining() > decision.remaining());
        }
    }

    #[test]
    fn a_counter_is_full_when_its_receipt_says_and_not_before(past in pasts()) {
        let stand = past.decide(0, Duration::ZERO);
        let wait = stand.receipt().full_at.since(past.now);
        prop_assert_eq!(past.decide(0, wait).remaining(), stand.limit());
        if !wait.is_zero() {
            prop_assert!(past.decide(past.quota.capacity(), wait).is_allowed());
            if !matches!(past.quota.strategy(), Strategy::TokenBucket | Strategy::SlidingWindow) {
                prop_assert!(past.decide(0, just_before(wait)).remaining() < stand.limit());
            }
        }
    }

    #[test]
    fn after_the_amount_is_lowered_waits_are_still_exact(
        past in pasts(), amount in 1..6_u64, cost in 0..4_u64,
    ) {
        let limit = Limit::new(amount, past.quota.limit().window()).expect("a window in range");
        let lowered = Past { quota: Quota::new(limit, past.quota.strategy()), ..past };
        let decision = lowered.decide(cost, Duration::ZERO);
        prop_assert!(cost > 0 || decision.is_allowed());
        if let Some(wait) = decision.retry_after() {
            prop_assert!(lowered.decide(cost, wait).is_allowed());
            prop_assert!(!lowered.decide(cost, just_before(wait)).is_allowed());
        }
        if !decision.is_allowed() && !decision.reset_after().is_zero() {
            prop_assert!(lowered.decide(0, decision.reset_after()).remaining() > decision.remaining());
            let before = just_before(decision.reset_after());
            prop_assert_eq!(lowered.decide(0, before).remaining(), decision.remaining());
        }
    }

    #[test]
    fn an_expired_counter_is_an_untouched_one(past in pasts(), parts in 0..=25_u8, more in 0..5_u64) {
        let cost = cost_of(&past, parts, 0);
        let expiry = past.state.expires_at(&past.quota).max(past.now);
        let then = later(expiry, Duration::from_nanos(more));
        let untouched = State::new(past.quota.strategy());
        prop_assert_eq!(past.state.decide(&past.quota, cost, then), untouched.decide(&past.quota, cost, then));
        prop_assert_eq!(untouched.expires_at(&past.quota), Timestamp::default());
    }
}
