//! Decisions, charges and refunds agree with each other.

use std::time::Duration;

use proptest::prelude::*;
use ratelimit_core::{Limit, Quota};

use crate::past::{cost_of, part, pasts};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_charge_leaves_what_the_decision_announced(past in pasts(), parts in 0..=25_u8, extra in 0..3_u64) {
        let mut past = past;
        let cost = cost_of(&past, parts, extra);
        let before = past.state.clone();
        let announced = past.decide(cost, Duration::ZERO);
        prop_assert_eq!(&past.state, &before);
        prop_assert_eq!(announced, past.decide(cost, Duration::ZERO));
        if announced.is_allowed() {
            let available = past.decide(0, Duration::ZERO).remaining();
            past.state.charge(&past.quota, cost, past.now);
            let left = past.decide(0, Duration::ZERO);
            prop_assert_eq!(announced.remaining(), available - cost);
            prop_assert_eq!(left.remaining(), announced.remaining());
            prop_assert_eq!(left.reset_after(), announced.reset_after());
            prop_assert_eq!(left.receipt().full_at, announced.receipt().full_at);
        }
    }

    #[test]
    fn to_acquire_is_to_decide_and_charge(past in pasts(), parts in 0..=25_u8, extra in 0..3_u64) {
        let (mut past, mut acquired) = (past.clone(), past);
        let cost = cost_of(&past, parts, extra);
        let decision = past.decide(cost, Duration::ZERO);
        if decision.is_allowed() {
            past.state.charge(&past.quota, cost, past.now);
        }
        prop_assert_eq!(acquired.state.acquire(&past.quota, cost, past.now), decision);
        prop_assert_eq!(acquired.state, past.state);
    }

    #[test]
    fn a_refund_right_after_its_charge_undoes_it(
        past in pasts(), parts in 0..=24_u8, probe in 0..=25_u8, pause in 0..=60_u8,
    ) {
        let cost = cost_of(&past, parts, 0).min(past.decide(0, Duration::ZERO).remaining());
        let decision = past.decide(cost, Duration::ZERO);
        let mut refunded = past.clone();
        refunded.state.charge(&past.quota, cost, past.now);
        refunded.state.refund(&past.quota, cost, decision.receipt(), past.now);

        let probe = cost_of(&past, probe, 0);
        let pause = Duration::from_nanos(part(past.quota.limit().window_nanos(), pause, 0));
        prop_assert_eq!(refunded.decide(probe, Duration::ZERO), past.decide(probe, Duration::ZERO));
        prop_assert_eq!(refunded.decide(probe, pause), past.decide(probe, pause));
    }

    #[test]
    fn nothing_is_available_of_an_amount_of_0(past in pasts(), cost in 0..3_u64) {
        let none = Limit::new(0, past.quota.limit().window()).expect("a window in range");
        let decision = past.state.decide(&Quota::new(none, past.quota.strategy()), cost, past.now);
        prop_assert!(!decision.is_allowed());
        prop_assert_eq!((decision.remaining(), decision.retry_after()), (0, None));
        prop_assert_eq!(decision.reset_after(), Duration::ZERO);
    }
}
