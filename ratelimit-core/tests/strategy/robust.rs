//! Nothing a caller can pass makes a counter panic or wrap.

use std::time::Duration;

use proptest::prelude::{Strategy as Gen, *};
use ratelimit_core::{Limit, Quota, Receipt, Strategy, Timestamp, strategy::State};

/// Any number of 64 bits, the greatest and least often.
fn any_number() -> impl Gen<Value = u64> {
    prop_oneof![any::<u64>(), 0..4_u64, (u64::MAX - 3)..=u64::MAX]
}

fn any_quota() -> impl Gen<Value = Quota> {
    let window = prop_oneof![1..=1_u64 << 62, 1..4_u64, Just(1 << 62)];
    (any_number(), window, proptest::option::of(any_number())).prop_map(|(amount, window, burst)| {
        let limit = Limit::new(amount, Duration::from_nanos(window)).expect("a window in range");
        let quota = Quota::new(limit, Strategy::TokenBucket);
        burst.and_then(|burst| quota.with_burst(burst).ok()).unwrap_or(quota)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nothing_panics_whatever_comes(
        strategy in proptest::sample::select(Strategy::ALL.to_vec()),
        calls in proptest::collection::vec(
            (any_quota(), any_number(), any_number(), any_number(), any_number(), 0..4_u8), 1..12,
        ),
    ) {
        let mut state = State::new(strategy);
        for (quota, cost, now, charged_at, full_at, call) in calls {
            let now = Timestamp::from_nanos(now);
            let receipt = Receipt {
                charged_at: Timestamp::from_nanos(charged_at),
                full_at: Timestamp::from_nanos(full_at),
            };
            let decision = state.decide(&quota, cost, now);
            prop_assert!(decision.remaining() <= decision.limit());
            match call {
                0 => state.charge(&quota, cost, now), // even if refused
                1 => state.refund(&quota, cost, receipt, now),
                2 => state.refund(&quota, cost, decision.receipt(), now),
                _ if decision.is_allowed() => state.charge(&quota, cost, now),
                _ => {}
            }
            let _ = state.expires_at(&quota);
        }
    }
}
