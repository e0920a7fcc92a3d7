//! Each strategy against a model that is too simple to be wrong and too slow to be used.

mod bucket;
mod windows;

use std::time::Duration;

use proptest::prelude::{Strategy as Gen, *};
use ratelimit_core::{Decision, Limit, Quota, Receipt, Strategy, Timestamp, strategy::State};

/// What a strategy means, told naively. Times are in nanoseconds; charges are known by a number.
trait Model: Clone {
    fn new(quota: &Quota) -> Self;
    fn available(&mut self, now: u64) -> u64;
    fn take(&mut self, charge: usize, cost: u64, now: u64);
    fn give_back(&mut self, charge: usize, now: u64);
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Hit(u64),
    /// Gives back one of the charges made, counted from the latest.
    Refund(usize),
}

/// Small numbers: boundaries are met all the time, and waits can be found by trying.
fn schedules() -> impl Gen<Value = Vec<(u64, Act)>> {
    let pause = prop_oneof![2 => Just(0), 3 => 1..6_u64, 2 => 6..40_u64];
    let act = prop_oneof![4 => (0..12_u64).prop_map(Act::Hit), 1 => (0..4_usize).prop_map(Act::Refund)];
    proptest::collection::vec((pause, act), 1..40)
}

fn quotas(strategy: Strategy) -> impl Gen<Value = Quota> {
    (1..=9_u64, 1..=25_u64).prop_map(move |(amount, window)| {
        Quota::new(Limit::new(amount, Duration::from_nanos(window)).expect("a window in range"), strategy)
    })
}

/// How long to wait until `model` has `cost` available.
fn wait_by_trying<M: Model>(model: &M, cost: u64, now: u64) -> Duration {
    let wait = (0..1000).find(|wait| model.clone().available(now + wait) >= cost);
    Duration::from_nanos(wait.expect("it comes back"))
}

/// Compares a decision with what the model says.
fn check<M: Model>(decision: &Decision, model: &mut M, quota: &Quota, cost: u64, now: u64) {
    let available = model.available(now);
    assert_eq!(decision.is_allowed(), cost <= available);
    if decision.is_allowed() {
        model.take(usize::MAX, cost, now);
    }
    let left = model.available(now);
    assert_eq!(decision.remaining(), left);
    let reset = if left < quota.capacity() { wait_by_trying(model, left + 1, now) } else { Duration::ZERO };
    assert_eq!(decision.reset_after(), reset);
    let retry = !decision.is_allowed() && cost <= quota.capacity();
    assert_eq!(decision.retry_after(), retry.then(|| wait_by_trying(model, cost, now)));
}

/// Follows `schedule` with a counter and its model.
fn follow<M: Model>(quota: &Quota, schedule: &[(u64, Act)]) {
    let (mut state, mut model, mut now) = (State::new(quota.strategy()), M::new(quota), 5);
    let mut charges: Vec<(usize, u64, Receipt)> = Vec::new();
    for (number, &(pause, act)) in schedule.iter().enumerate() {
        now += pause;
        let moment = Timestamp::from_nanos(now);
        match act {
            Act::Hit(cost) => {
                let decision = state.decide(quota, cost, moment);
                check(&decision, &mut model.clone(), quota, cost, now);
                if decision.is_allowed() && cost > 0 {
                    state.charge(quota, cost, moment);
                    model.take(number, cost, now);
                    charges.push((number, cost, decision.receipt()));
                }
            }
            Act::Refund(back) => {
                if let Some(index) = charges.len().checked_sub(back + 1) {
                    let (charge, cost, receipt) = charges.remove(index);
                    state.refund(quota, cost, receipt, moment);
                    model.give_back(charge, now);
                }
            }
        }
        check(&state.decide(quota, 0, moment), &mut model.clone(), quota, 0, now);
    }
}
