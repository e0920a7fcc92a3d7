//! Random schedules.

use std::{fmt, time::Duration};

use proptest::{
    collection::vec,
    option, prop_oneof,
    sample::select,
    strategy::{BoxedStrategy, Just, Strategy as Generator},
};
use ratelimit_core::{Limit, Quota, Strategy};

/// What is counted, and what happens.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    pub(crate) counters: Vec<Counter>,
    /// How many clients there are.
    pub(crate) clients: usize,
    pub(crate) steps: Vec<Step>,
}

/// A limit. Its counters are one for each client.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    strategy: Strategy,
    pub(crate) window: Duration,
    /// The amounts that it can have; the first at the start.
    amounts: Vec<u64>,
    burst: Option<u64>,
}

impl Counter {
    /// The limit with one of its amounts.
    pub(crate) fn quota(&self, amount: usize) -> Quota {
        let limit = Limit::new(self.amounts[amount % self.amounts.len()], self.window);
        let quota = Quota::new(limit.expect("a window in range"), self.strategy);
        match self.burst {
            Some(burst) => quota.with_burst(burst).expect("a bucket that fills"),
            None => quota,
        }
    }
}

/// What happens next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Advance(Wait),
    Acquire(Vec<Charge>),
    Peek(Vec<Charge>),
    /// Gives back all that the so-many-latest charge took, which may be gone or given back already.
    Refund(usize),
    /// Gives a limit another of its amounts.
    Change {
        counter: usize,
        amount: usize,
    },
    ResetCounter {
        counter: usize,
        key: usize,
    },
    ResetKey {
        counter: usize,
        key: usize,
    },
    ResetNamespace {
        counter: usize,
    },
}

/// How much time passes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wait {
    Micros(u64),
    /// Eighths of a limit's window, and so many microseconds more or less.
    Eighths {
        counter: usize,
        eighths: u32,
        more: i8,
    },
    /// What one of the last decisions told, and so many microseconds more or less.
    Told {
        which: usize,
        more: i8,
    },
}

/// One limit asked for one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge {
    pub(crate) counter: usize,
    pub(crate) key: usize,
    pub(crate) cost: Cost,
}

/// How much is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cost {
    Units(u64),
    /// Eighths of the capacity.
    Eighths(u8),
    /// So many less than the capacity and one.
    Most(u64),
}

impl Cost {
    /// From 0 to the quota's capacity and one.
    pub(crate) fn of(self, quota: &Quota) -> u64 {
        let most = quota.capacity().saturating_add(1);
        match self {
            Self::Units(units) => units.min(most),
            Self::Eighths(eighths) => quota.capacity() / 8 * u64::from(eighths),
            Self::Most(less) => most.saturating_sub(less),
        }
    }
}

/// Schedules of up to four counters under any of `strategies`; most have one, and one client, who meets more of
/// its corners then.
pub(crate) fn schedules(strategies: &'static [Strategy]) -> impl Generator<Value = Schedule> {
    let counter = select(strategies).prop_flat_map(counters);
    let counters = prop_oneof![2 => vec(counter.clone(), 1..=1), 1 => vec(counter, 2..=4)];
    let clients = prop_oneof![2 => Just(1_usize), 1 => Just(3)];
    (counters, clients, vec(steps(), 1..60)).prop_map(|(counters, clients, steps)| Schedule {
        counters,
        clients,
        steps,
    })
}

/// Schedules of one moving window, of which so much is taken that the sum of all charges goes beyond 64 bits.
pub(crate) fn wrapping() -> impl Generator<Value = Schedule> {
    let charges = prop_oneof![
        3 => (1..=5_u8).prop_map(Cost::Eighths),
        1 => (1..=3_u64).prop_map(Cost::Units),
    ];
    let charges = charges.prop_map(|cost| vec![Charge { counter: 0, key: 0, cost }]);
    let wait = (1..=5_u32).prop_map(|eighths| Wait::Eighths { counter: 0, eighths, more: 0 });
    let step = prop_oneof![
        4 => charges.prop_map(Step::Acquire),
        4 => wait.prop_map(Step::Advance),
        1 => (0..6_usize).prop_map(Step::Refund),
    ];
    (0..3_u64, vec(step, 1..60)).prop_map(|(less, steps)| {
        let window = Duration::from_millis(8);
        let counter =
            Counter { strategy: Strategy::MovingWindow, window, amounts: vec![u64::MAX - less], burst: None };
        Schedule { counters: vec![counter], clients: 1, steps }
    })
}

fn counters(strategy: Strategy) -> BoxedStrategy<Counter> {
    let greatest = match strategy {
        Strategy::SlidingWindow => 1 << 53,
        Strategy::TokenBucket => 1 << 42,
        _ => u64::MAX,
    };
    let amount = prop_oneof![
        8 => 1..=50_u64,
        1 => (1 << 40)..=(1 << 40) + 1_000_u64,
        1 => (0..3_u64).prop_map(move |less| greatest - less),
    ];
    let micros = prop_oneof![
        select(vec![1_000, 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000]),
        1_000..20_000_u64,
        1_000..600_000_000_u64,
        1_000..86_400_000_000_u64,
    ];
    // See the module's documentation for what is left out.
    match strategy {
        Strategy::TokenBucket => prop_oneof![
            (amount, micros, nanos(), option::of(1..=100_u64)).prop_map(
                move |(amount, micros, nanos, burst)| {
                    let window = Duration::from_nanos(micros * 1_000 + nanos);
                    Counter { strategy, window, amounts: vec![amount], burst }
                }
            ),
            (vec(select(vec![0, 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]), 2..4), 17..1_000_000_u64)
                .prop_map(move |(amounts, sixties)| {
                    Counter { strategy, window: Duration::from_micros(sixties * 60), amounts, burst: None }
                }),
        ]
        .boxed(),
        _ => (vec(prop_oneof![9 => amount, 1 => Just(0)], 1..4), micros, nanos())
            .prop_map(move |(amounts, micros, nanos)| {
                let nanos = if strategy == Strategy::SlidingWindow { 0 } else { nanos };
                let window = Duration::from_nanos(micros * 1_000 + nanos);
                Counter { strategy, window, amounts, burst: None }
            })
            .boxed(),
    }
}

/// What is more than whole microseconds.
fn nanos() -> impl Generator<Value = u64> {
    prop_oneof![3 => Just(0), 1 => 1..1_000_u64]
}

fn steps() -> impl Generator<Value = Step> {
    let counter = || 0..4_usize;
    let key = || 0..3_usize;
    prop_oneof![
        30 => waits().prop_map(Step::Advance),
        50 => charges().prop_map(Step::Acquire),
        10 => charges().prop_map(Step::Peek),
        12 => (0..6_usize).prop_map(Step::Refund),
        6 => (counter(), 0..3_usize).prop_map(|(counter, amount)| Step::Change { counter, amount }),
        2 => (counter(), key()).prop_map(|(counter, key)| Step::ResetCounter { counter, key }),
        1 => (counter(), key()).prop_map(|(counter, key)| Step::ResetKey { counter, key }),
        1 => counter().prop_map(|counter| Step::ResetNamespace { counter }),
    ]
}

fn waits() -> impl Generator<Value = Wait> {
    let more = || prop_oneof![3 => Just(0), 1 => Just(-1), 1 => Just(1)];
    let eighths = prop_oneof![3 => 1..=4_u32, 1 => 5..=17_u32];
    prop_oneof![
        1 => (1..2_000_u64).prop_map(Wait::Micros),
        3 => (0..4_usize, eighths, more())
            .prop_map(|(counter, eighths, more)| Wait::Eighths { counter, eighths, more }),
        2 => (0..8_usize, more()).prop_map(|(which, more)| Wait::Told { which, more }),
    ]
}

fn charges() -> impl Generator<Value = Vec<Charge>> {
    let cost = prop_oneof![
        4 => (0..=3_u64).prop_map(Cost::Units),
        1 => (0..=50_u64).prop_map(Cost::Units),
        2 => (0..=8_u8).prop_map(Cost::Eighths),
        1 => (0..=2_u64).prop_map(Cost::Most),
    ];
    let charge =
        (0..4_usize, 0..3_usize, cost).prop_map(|(counter, key, cost)| Charge { counter, key, cost });
    prop_oneof![vec(charge.clone(), 1..=1), vec(charge, 2..=5)]
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, counter) in self.counters.iter().enumerate() {
            writeln!(f, "counter {index}: {counter:?}")?;
        }
        writeln!(f, "{} clients", self.clients)?;
        self.steps.iter().try_for_each(|step| writeln!(f, "{step:?}"))
    }
}
