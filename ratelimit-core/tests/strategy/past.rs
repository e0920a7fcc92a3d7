//! Counters after a random past.

use std::time::Duration;

use proptest::prelude::{Strategy as Gen, *};
use ratelimit_core::{Decision, Limit, Quota, Receipt, Strategy, Timestamp, strategy::State};

/// A counter after a random past.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) quota: Quota,
    pub(crate) state: State,
    pub(crate) now: Timestamp,
}

impl Past {
    pub(crate) fn decide(&self, cost: u64, after: Duration) -> Decision {
        self.state.decide(&self.quota, cost, later(self.now, after))
    }
}

pub(crate) fn later(now: Timestamp, time: Duration) -> Timestamp {
    let nanos = u64::try_from(time.as_nanos()).expect("a time of this test");
    Timestamp::from_nanos(now.as_nanos().checked_add(nanos).expect("a moment of this test"))
}

/// A nanosecond too early.
pub(crate) fn just_before(wait: Duration) -> Duration {
    wait.checked_sub(Duration::from_nanos(1)).expect("a wait of some time")
}

/// Small numbers, where every boundary is met often, and great ones, where arithmetic is at its edge.
fn sizes(greatest: u64) -> impl Gen<Value = u64> {
    prop_oneof![4 => 1..=12_u64, 2 => 1..=100_000_u64, 1 => 1..=greatest]
}

fn quotas() -> impl Gen<Value = Quota> {
    let strategy = proptest::sample::select(Strategy::ALL.to_vec());
    let windows = prop_oneof![sizes(1 << 57), Just(60_000_000_000)];
    (strategy, sizes(u64::MAX), windows, proptest::option::of(sizes(u64::MAX))).prop_map(
        |(strategy, amount, window, burst)| {
            let limit = Limit::new(amount, Duration::from_nanos(window)).expect("a window in range");
            let quota = Quota::new(limit, strategy);
            burst.and_then(|burst| quota.with_burst(burst).ok()).unwrap_or(quota)
        },
    )
}

/// A step of a past: time as a part of the window, cost as a part of the capacity, in 1/24s.
type Step = (u8, u8, bool);

fn steps() -> impl Gen<Value = Vec<Step>> {
    let time = prop_oneof![2 => Just(0), 4 => 1..=24_u8, 1 => 25..=60_u8];
    proptest::collection::vec((time, 0..=26_u8, proptest::bool::weighted(0.2)), 0..20)
}

pub(crate) fn part(whole: u64, parts: u8, jitter: u64) -> u64 {
    let exact = u128::from(whole) * u128::from(parts) / 24;
    u64::try_from(exact).unwrap_or(u64::MAX).saturating_add(jitter)
}

/// Lives through `steps`; a flag gives the latest charge back. At last comes a thread that read the clock
/// a little earlier than others who were faster.
fn live((quota, steps, jitter, late): (Quota, Vec<Step>, u64, u64)) -> Past {
    let mut past = Past { quota, state: State::new(quota.strategy()), now: Timestamp::from_nanos(jitter) };
    let mut charges: Vec<(u64, Receipt)> = Vec::new();
    for (time, cost, refund) in steps {
        let pause = part(quota.limit().window_nanos(), time, jitter % 2);
        past.now = later(past.now, Duration::from_nanos(pause));
        let cost = part(quota.capacity(), cost, jitter % 2);
        let decision = past.decide(cost, Duration::ZERO);
        if decision.is_allowed() {
            past.state.charge(&quota, cost, past.now);
            charges.push((cost, decision.receipt()));
        }
        if refund && let Some((cost, receipt)) = charges.pop() {
            past.state.refund(&quota, cost, receipt, past.now);
        }
    }
    past.now = Timestamp::from_nanos(past.now.as_nanos().saturating_sub(late));
    past
}

/// Every strategy, at every moment of its life.
pub(crate) fn pasts() -> impl Gen<Value = Past> {
    // 20 pauses of up to 60/24 windows of 2^57 ns stay below 2^63 ns.
    (quotas(), steps(), 0..3_u64, prop_oneof![3 => Just(0), 1 => 1..3_u64]).prop_map(live)
}

/// A cost that means something for the quota: up to all of it, and a little above.
pub(crate) fn cost_of(past: &Past, parts: u8, extra: u64) -> u64 {
    part(past.quota.capacity(), parts, extra)
}
