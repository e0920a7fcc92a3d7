//! The same schedule on PostgreSQL and in memory, by one clock: every decision has to be the same, to the last
//! nanosecond of every wait.

mod support;

use std::time::Duration;

use futures_util::FutureExt;
use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestRunner};
use ratelimit_core::{
    Acquisition, Batch, Decision, Key, ManualClock, MemoryStorage, Quota, RateLimiter, Refund,
    Strategy as Counting,
};
use tokio::runtime::Runtime;

use self::support::{Database, patient, policy, runtime};

/// A batch's limits: amount, window in microseconds, strategy, burst.
#[derive(Clone, Debug)]
struct Rule {
    amount: u64,
    micros: u64,
    counting: Counting,
    burst: Option<u64>,
}

/// What is done, to which of the rules' counters of which client.
#[derive(Clone, Debug)]
enum Step {
    Hit {
        client: u64,
        costs: Vec<u64>,
    },
    Peek {
        client: u64,
        costs: Vec<u64>,
    },
    /// Gives back the charge that was made so many charges ago.
    Refund {
        ago: usize,
    },
    Pass {
        micros: u64,
    },
    /// The amounts of all limits become these.
    Change {
        amounts: Vec<u64>,
    },
}

const RULES: usize = 3;

/// A charge that was made, to be given back perhaps.
struct Charge {
    client: u64,
    costs: Vec<u64>,
    decisions: Vec<Decision>,
    rules: Vec<Rule>,
}

fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => 1..8_u64,
        2 => 8..1000_u64,
        1 => select(vec![0, i64::MAX as u64, u64::MAX - 1, u64::MAX]),
    ]
}

fn cost() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0), 10 => 1..4_u64, 2 => 4..600_u64, 1 => any::<u64>()]
}

fn rule() -> impl Strategy<Value = Rule> {
    let windows = prop_oneof![6 => 1..40_u64, 2 => 40..10_000_u64, 1 => select(vec![60_000_000, 4_000_000_000_000_000])];
    let burst = prop_oneof![2 => Just(None), 1 => (1..12_u64).prop_map(Some)];
    (amount(), windows, select(&Counting::ALL[..]), burst)
        .prop_map(|(amount, micros, counting, burst)| Rule { amount, micros, counting, burst })
}

fn step() -> impl Strategy<Value = Step> {
    let costs = || vec(cost(), 1..=RULES);
    prop_oneof![
        10 => (0..2_u64, costs()).prop_map(|(client, costs)| Step::Hit { client, costs }),
        2 => (0..2_u64, costs()).prop_map(|(client, costs)| Step::Peek { client, costs }),
        3 => (0..4_usize).prop_map(|ago| Step::Refund { ago }),
        6 => prop_oneof![4 => 0..12_u64, 2 => 12..80_u64, 1 => 80..20_000_u64].prop_map(|micros| Step::Pass { micros }),
        1 => vec(amount(), RULES).prop_map(|amounts| Step::Change { amounts }),
    ]
}

/// Both storages, one clock, one runtime.
struct Stage {
    runtime: Runtime,
    clock: ManualClock,
    postgres: RateLimiter,
    memory: RateLimiter,
}

impl Stage {
    /// Plays the steps on counters that only `schedule` has.
    fn play(&self, schedule: u64, rules: &[Rule], steps: &[Step]) -> Result<(), TestCaseError> {
        let mut rules = rules.to_vec();
        let mut charges: Vec<Charge> = Vec::new();
        for step in steps {
            match step {
                Step::Pass { micros } => self.clock.advance(Duration::from_micros(*micros)),
                Step::Change { amounts } => {
                    rules.iter_mut().zip(amounts).for_each(|(rule, amount)| rule.amount = *amount);
                }
                Step::Hit { client, costs } => {
                    let decisions = self.ask(schedule, &rules, *client, costs, true)?;
                    if decisions.iter().all(Decision::is_allowed) {
                        charges.push(Charge {
                            client: *client,
                            costs: costs.clone(),
                            decisions,
                            rules: rules.clone(),
                        });
                    }
                }
                Step::Peek { client, costs } => drop(self.ask(schedule, &rules, *client, costs, false)?),
                Step::Refund { ago } => {
                    if let Some(charge) = charges.iter().rev().nth(*ago) {
                        self.refund(schedule, charge)?;
                    }
                }
            }
        }
        for client in 0..2 {
            self.ask(schedule, &rules, client, &[0; RULES], false)?;
        }
        Ok(())
    }

    fn ask(
        &self,
        schedule: u64,
        rules: &[Rule],
        client: u64,
        costs: &[u64],
        charge: bool,
    ) -> Result<Vec<Decision>, TestCaseError> {
        let policies: Vec<_> =
            rules.iter().enumerate().map(|(index, rule)| rule.policy(schedule, index)).collect();
        let key = Key::from(client);
        let mut batch = Batch::new();
        policies.iter().zip(costs).for_each(|(policy, cost)| batch.push(policy, &key, *cost));
        let (postgres, memory) = (self.postgres.storage(), self.memory.storage());
        let (ours, theirs) = if charge {
            (self.runtime.block_on(postgres.acquire(&batch)), memory.acquire(&batch).now_or_never())
        } else {
            (self.runtime.block_on(postgres.peek(&batch)), memory.peek(&batch).now_or_never())
        };
        let ours = ours.map_err(|error| TestCaseError::fail(format!("{error:?}")))?.to_vec();
        let theirs = theirs.expect("memory answers at once").expect("and never fails").to_vec();
        prop_assert_eq!(&ours, &theirs);
        Ok(ours)
    }

    fn refund(&self, schedule: u64, charge: &Charge) -> Result<(), TestCaseError> {
        let Charge { client, costs, decisions, rules } = charge;
        let policies: Vec<_> =
            rules.iter().enumerate().map(|(index, rule)| rule.policy(schedule, index)).collect();
        let key = Key::from(*client);
        let refunds: Vec<_> = policies
            .iter()
            .zip(costs)
            .zip(decisions)
            .map(|((policy, cost), decision)| Refund {
                acquisition: Acquisition { policy, key: &key, cost: *cost },
                receipt: decision.receipt(),
            })
            .collect();
        let ours = self.runtime.block_on(self.postgres.storage().refund(&refunds));
        ours.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        self.memory.storage().refund(&refunds).now_or_never().expect("at once").expect("it never fails");
        Ok(())
    }
}

impl Rule {
    fn policy(&self, schedule: u64, index: usize) -> ratelimit_core::Policy {
        let plain = policy(self.counting, self.amount, Duration::from_micros(self.micros), "");
        let quota = *plain.quota();
        // A burst that can't be is left out.
        let quota = self.burst.and_then(|burst| quota.with_burst(burst).ok()).unwrap_or(quota);
        let (schedule, index) = (schedule.to_string(), index.to_string());
        ratelimit_core::Policy::new(Quota::clone(&quota), "differential", [&*schedule, &*index])
    }
}

#[test]
fn decisions_are_those_of_memory_over_random_schedules() {
    let runtime = runtime();
    let database = runtime.block_on(Database::new());
    let clock = ManualClock::new();
    let storage = patient(&database.address()).clock(clock.clone()).build();
    let stage = Stage {
        runtime,
        postgres: RateLimiter::new(storage.expect("right settings")),
        memory: RateLimiter::new(MemoryStorage::builder().clock(clock.clone()).build()),
        clock,
    };
    let schedules = std::cell::Cell::new(0);
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() });
    let outcome = runner.run(&(vec(rule(), RULES), vec(step(), 1..60)), |(rules, steps)| {
        schedules.set(schedules.get() + 1);
        stage.play(schedules.get(), &rules, &steps)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
