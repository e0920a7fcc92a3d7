//! The token bucket, refilled nanosecond by nanosecond.

use std::{collections::VecDeque, time::Duration};

use proptest::prelude::{Strategy as Gen, *};
use ratelimit_core::{Limit, Quota, Strategy, Timestamp, strategy::State};

use super::{Model, follow, quotas, schedules};

/// A bucket of tokens, each cut into `window` grains, of which `amount` come back each nanosecond.
#[derive(Clone)]
struct Bucket {
    amount: u64,
    window: u64,
    capacity: u64,
    /// Grains owed for each charge, the oldest first: that is the order they come back in.
    owed: VecDeque<(usize, u64)>,
    now: u64,
}

impl Bucket {
    fn refill(&mut self, now: u64) {
        while self.now < now {
            self.now += 1;
            let mut grains = self.amount;
            while let Some((_, owed)) = self.owed.front_mut() {
                let back = grains.min(*owed);
                *owed -= back;
                grains -= back;
                if *owed > 0 {
                    break;
                }
                self.owed.pop_front();
            }
        }
    }
}

impl Model for Bucket {
    fn new(quota: &Quota) -> Self {
        let (limit, capacity) = (quota.limit(), quota.capacity());
        let (amount, window) = (limit.amount(), limit.window_nanos());
        Self { amount, window, capacity, owed: VecDeque::new(), now: 0 }
    }

    fn available(&mut self, now: u64) -> u64 {
        self.refill(now);
        let owed: u64 = self.owed.iter().map(|(_, owed)| owed).sum();
        (self.capacity * self.window - owed) / self.window
    }

    fn take(&mut self, charge: usize, cost: u64, now: u64) {
        self.refill(now);
        self.owed.push_back((charge, cost * self.window));
    }

    fn give_back(&mut self, charge: usize, now: u64) {
        self.refill(now);
        self.owed.retain(|(owed_for, _)| *owed_for != charge);
    }
}

fn with_burst(quota: Quota, burst: Option<u64>) -> Quota {
    burst.map_or(quota, |burst| quota.with_burst(burst).expect("a bucket that fills"))
}

fn buckets() -> impl Gen<Value = Quota> {
    (quotas(Strategy::TokenBucket), proptest::option::of(1..=15_u64))
        .prop_map(|(quota, burst)| with_burst(quota, burst))
}

/// Buckets that get a whole number of tokens' grains each nanosecond: no moment needs rounding.
fn whole_buckets() -> impl Gen<Value = Quota> {
    (1..=5_u64, 1..=5_u64, proptest::option::of(1..=15_u64)).prop_map(|(amount, factor, burst)| {
        let limit = Limit::new(amount, Duration::from_nanos(amount * factor)).expect("a window in range");
        with_burst(Quota::new(limit, Strategy::TokenBucket), burst)
    })
}

/// Charges `before`, then `cost`, then `after`, and gives `cost` back; answers what is then left, by the
/// counter and by the model.
fn refund_among(quota: &Quota, before: &[(u64, u64)], cost: u64, after: &[(u64, u64)]) -> (u64, u64) {
    let (mut state, mut model, mut now) = (State::new(Strategy::TokenBucket), Bucket::new(quota), 5);
    let mut receipt = None;
    let refunded = (0, cost);
    let hits = before.iter().chain([&refunded]).chain(after);
    for (number, (pause, cost)) in hits.enumerate() {
        now += pause;
        let moment = Timestamp::from_nanos(now);
        let decision = state.decide(quota, *cost, moment);
        if decision.is_allowed() {
            state.charge(quota, *cost, moment);
            model.take(number, *cost, now);
            if number == before.len() {
                receipt = Some(decision.receipt());
            }
        }
    }
    let moment = Timestamp::from_nanos(now);
    if let Some(receipt) = receipt {
        state.refund(quota, cost, receipt, moment);
        model.give_back(before.len(), now);
    }
    (state.decide(quota, 0, moment).remaining(), model.available(now))
}

fn hits() -> impl Gen<Value = Vec<(u64, u64)>> {
    proptest::collection::vec((0..12_u64, 0..6_u64), 0..6)
}

proptest! {
    #[test]
    fn token_bucket_counts_like_its_model(quota in buckets(), schedule in schedules()) {
        let hits: Vec<_> = schedule.into_iter().filter(|(_, act)| matches!(act, super::Act::Hit(_))).collect();
        follow::<Bucket>(&quota, &hits);
    }

    #[test]
    fn what_has_come_back_by_itself_is_not_given_back_twice(
        quota in whole_buckets(), before in hits(), cost in 1..6_u64, after in hits(),
    ) {
        let (left, by_model) = refund_among(&quota, &before, cost, &after);
        prop_assert_eq!(left, by_model);
    }

    #[test]
    fn a_refund_at_an_uneven_rate_rounds_by_less_than_a_nanosecond(
        quota in buckets(), before in hits(), cost in 1..6_u64, after in hits(),
    ) {
        let (left, by_model) = refund_among(&quota, &before, cost, &after);
        // A nanosecond brings `amount` grains, so up to so many tokens of `window` grains, begun.
        let nanosecond = quota.limit().amount().div_ceil(quota.limit().window_nanos());
        prop_assert!((by_model..=by_model + nanosecond).contains(&left), "{left} for {by_model}");
    }
}
