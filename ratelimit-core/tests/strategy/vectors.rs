//! Cases that the tests of Flask-Limiter and `limits` name, by their numbers in our notes, and the
//! burst at a window's edge, which tells the strategies apart.

use std::time::Duration;

use ratelimit_core::{Decision, Limit, Quota, Strategy, Timestamp, strategy::State};

const SECOND: u64 = 1_000_000_000;

/// A counter under its quota; times are in seconds.
struct Counter {
    quota: Quota,
    state: State,
}

impl Counter {
    fn new(amount: u64, window: u64, strategy: Strategy) -> Self {
        let limit = Limit::new(amount, Duration::from_secs(window)).expect("a window in range");
        Self { quota: Quota::new(limit, strategy), state: State::new(strategy) }
    }

    fn test(&self, cost: u64, seconds: u64) -> Decision {
        self.state.decide(&self.quota, cost, Timestamp::from_nanos(seconds * SECOND))
    }

    fn hit(&mut self, cost: u64, seconds: u64) -> Decision {
        let now = Timestamp::from_nanos(seconds * SECOND);
        let decision = self.state.decide(&self.quota, cost, now);
        if decision.is_allowed() {
            self.state.charge(&self.quota, cost, now);
        }
        decision
    }
}

#[test]
fn vector_40_fixed_window() {
    let mut counter = Counter::new(10, 2, Strategy::FixedWindow);
    assert!((0..10).all(|_| counter.hit(1, 5).is_allowed()));
    let refused = counter.hit(1, 5);
    assert!(!refused.is_allowed());
    assert_eq!((refused.remaining(), refused.reset_after()), (0, Duration::from_secs(2)));
}

#[test]
fn vector_41_multiple_cost() {
    for strategy in Strategy::ALL {
        let mut first = Counter::new(10, 120, strategy);
        assert!(!first.hit(11, 0).is_allowed());
        assert_eq!(first.test(0, 0).remaining(), 10, "{strategy}: a refusal takes nothing");

        let mut second = Counter::new(10, 120, strategy);
        assert!(second.hit(5, 0).is_allowed());
        assert_eq!(second.test(0, 0).remaining(), 5);
        assert!(!second.test(6, 0).is_allowed());
        assert!(!second.hit(6, 0).is_allowed());
        assert!(second.hit(5, 0).is_allowed(), "{strategy}: the refusal took nothing");
    }
}

#[test]
fn vector_42_moving_window_stats() {
    let mut counter = Counter::new(2, 60, Strategy::MovingWindow);
    assert!(counter.hit(1, 0).is_allowed());
    assert!(counter.hit(1, 1).is_allowed());
    let refused = counter.hit(1, 2);
    assert!(!refused.is_allowed());
    assert_eq!((refused.remaining(), refused.reset_after()), (0, Duration::from_secs(58)));
}

#[test]
fn vector_46_acquire_entry_custom_amount() {
    for strategy in Strategy::ALL {
        let mut counter = Counter::new(10, 60, strategy);
        let answers = [11, 1, 10].map(|cost| counter.hit(cost, 0).is_allowed());
        assert_eq!(answers, [false, true, false], "{strategy}");
    }
}

/// How many pass when a client hits as often as it can at the last moment of one window and at the first
/// of the next.
fn burst_at_the_edge(strategy: Strategy, amount: u64) -> u64 {
    let mut counter = Counter::new(amount, 60, strategy);
    assert!(counter.hit(1, 0).is_allowed());
    let edge = 60 * SECOND;
    let mut passed = 0;
    for now in [edge - 1, edge, edge + 1].map(Timestamp::from_nanos) {
        while counter.state.decide(&counter.quota, 1, now).is_allowed() {
            counter.state.charge(&counter.quota, 1, now);
            passed += 1;
        }
    }
    passed
}

#[test]
fn only_a_fixed_window_lets_twice_the_amount_through_at_its_edge() {
    let amount = 100;
    assert_eq!(burst_at_the_edge(Strategy::FixedWindow, amount), 2 * amount - 1);
    // The hit that opened the window leaves just then, and the estimate rounds down.
    assert_eq!(burst_at_the_edge(Strategy::SlidingWindow, amount), amount);
    assert_eq!(burst_at_the_edge(Strategy::MovingWindow, amount), amount);
    assert_eq!(burst_at_the_edge(Strategy::TokenBucket, amount), amount);
}
