//! One schedule, in memory and in Redis.

use std::{fmt::Write, time::Duration};

use ratelimit_core::{
    Acquisition, Batch, Clock, Decision, Decisions, Key, ManualClock, MemoryStorage, Policy, RateLimiter,
    Receipt, Refund, Reset, StorageError, Strategy,
};
use ratelimit_redis::RedisStorage;

use super::schedule::{Charge, Counter, Schedule, Step, Wait};

/// What a server's clock tells.
const MICROSECOND: Duration = Duration::from_micros(1);

/// Two storages under one clock.
pub(crate) struct Both<'s> {
    clock: ManualClock,
    memory: RateLimiter,
    redis: RateLimiter,
    name: String,
    counters: &'s [Counter],
    /// Which of its amounts each counter has.
    amounts: Vec<usize>,
    keys: Vec<Key>,
    /// What was charged, in batches.
    charged: Vec<Vec<Charged>>,
    /// The waits that the last decisions told.
    told: Vec<Duration>,
    /// What has happened.
    trace: String,
}

struct Charged {
    policy: Policy,
    key: Key,
    cost: u64,
    memory: Receipt,
    redis: Receipt,
}

impl Charged {
    fn refund(&self, receipt: Receipt) -> Refund<'_> {
        let acquisition = Acquisition { policy: &self.policy, key: &self.key, cost: self.cost };
        Refund { acquisition, receipt }
    }
}

/// The first step that didn't come to the same, and all before it.
type Outcome = Result<(), String>;

impl<'s> Both<'s> {
    pub(crate) fn new(name: &str, clock: ManualClock, redis: RedisStorage, schedule: &'s Schedule) -> Self {
        clock.advance(Duration::from_secs(1));
        Self {
            memory: RateLimiter::new(MemoryStorage::builder().clock(clock.clone()).build()),
            redis: RateLimiter::new(redis),
            clock,
            name: name.to_owned(),
            counters: &schedule.counters,
            amounts: vec![0; schedule.counters.len()],
            keys: (0..schedule.clients).map(|index| Key::from(index as u64)).collect(),
            charged: Vec::new(),
            told: Vec::new(),
            trace: String::new(),
        }
    }

    pub(crate) async fn run(mut self, steps: &[Step]) -> Outcome {
        for step in steps {
            self.step(step).await?;
        }
        let all = (0..self.counters.len())
            .flat_map(|counter| (0..self.keys.len()).map(move |key| (counter, key, 0)));
        self.ask(&all.collect::<Vec<_>>(), false).await
    }

    async fn step(&mut self, step: &Step) -> Outcome {
        self.note(&format!("{step:?}"));
        match step {
            Step::Advance(wait) => {
                let micros = self.micros_of(*wait);
                self.clock.advance(Duration::from_micros(micros));
                Ok(())
            }
            Step::Acquire(charges) => self.ask(&self.resolved(charges), true).await,
            Step::Peek(charges) => self.ask(&self.resolved(charges), false).await,
            Step::Refund(latest) => self.refund(*latest).await,
            Step::Change { counter, amount } => {
                let counter = counter % self.counters.len();
                self.amounts[counter] = *amount;
                Ok(())
            }
            Step::ResetCounter { counter, key } => {
                let (policy, key) = (self.policy(*counter), &self.keys[*key % self.keys.len()]);
                let target = Reset::Counter { policy: &policy, key };
                let forgotten = (self.memory.reset(target).await, self.redis.reset(target).await);
                self.same_forgotten(forgotten, &[*counter])
            }
            Step::ResetKey { counter, key } => {
                let namespace = self.namespace(*counter);
                let target = Reset::Key { namespace: &namespace, key: &self.keys[*key % self.keys.len()] };
                let forgotten = (self.memory.reset(target).await, self.redis.reset(target).await);
                self.same_forgotten(forgotten, &[0, 1, 2, 3])
            }
            Step::ResetNamespace { counter } => {
                let namespace = self.namespace(*counter);
                let target = Reset::Namespace(&namespace);
                let forgotten = (self.memory.reset(target).await, self.redis.reset(target).await);
                self.same_forgotten(forgotten, &[0, 1, 2, 3])
            }
        }
    }

    fn micros_of(&self, wait: Wait) -> u64 {
        let (time, more) = match wait {
            Wait::Micros(micros) => return micros,
            Wait::Eighths { counter, eighths, more } => {
                (self.counters[counter % self.counters.len()].window * eighths / 8, more)
            }
            Wait::Told { which, more } => {
                let count = self.told.len().max(1);
                // No longer than a limit's: a cost of 2^40 can be years away.
                let longest = Duration::from_hours(100);
                (self.told.get(which % count).copied().unwrap_or_default().min(longest), more)
            }
        };
        let micros = u64::try_from(time.as_nanos().div_ceil(1_000)).expect("days");
        micros.saturating_add_signed(more.into())
    }

    async fn ask(&mut self, hits: &[(usize, usize, u64)], charge: bool) -> Outcome {
        let policies: Vec<Policy> = hits.iter().map(|(counter, ..)| self.policy(*counter)).collect();
        let keys = self.keys.clone();
        let mut batch = Batch::new();
        for ((_, key, cost), policy) in hits.iter().zip(&policies) {
            batch.push(policy, &keys[*key % keys.len()], *cost);
        }
        let (memory, redis) = if charge {
            (self.memory.hit_all(&batch).await, self.redis.hit_all(&batch).await)
        } else {
            (self.memory.peek_all(&batch).await, self.redis.peek_all(&batch).await)
        };
        let (memory, redis) = (self.answered(memory)?, self.answered(redis)?);
        for ((hit, memory), redis) in batch.iter().zip(memory.iter()).zip(redis.iter()) {
            let quota = hit.policy.quota();
            self.note(&format!(
                "  {} of {}, cost {}: {}",
                quota.strategy(),
                quota.limit(),
                hit.cost,
                tell(redis)
            ));
            let expected = tell(&memory.in_steps_of(MICROSECOND));
            if tell(redis) != expected {
                return Err(self.disagreement(&format!("memory says: {expected}")));
            }
        }
        if memory.len() != redis.len() {
            return Err(self.disagreement("as many decisions"));
        }
        self.told =
            memory.iter().flat_map(|it| [Some(it.reset_after()), it.retry_after()]).flatten().collect();
        if charge && memory.all_allowed() {
            self.remember(&batch, &memory, &redis);
        }
        Ok(())
    }

    fn remember(&mut self, batch: &Batch<'_>, memory: &Decisions, redis: &Decisions) {
        let receipts = memory.iter().zip(redis.iter());
        let charged = batch.iter().zip(receipts).filter(|(hit, _)| hit.cost > 0);
        let charged = charged.map(|(hit, (memory, redis))| Charged {
            policy: hit.policy.clone(),
            key: hit.key.clone(),
            cost: hit.cost,
            memory: memory.receipt(),
            redis: redis.receipt(),
        });
        self.charged.push(charged.collect());
    }

    async fn refund(&mut self, latest: usize) -> Outcome {
        let Some(index) = self.charged.len().checked_sub(latest + 1) else { return Ok(()) };
        let refunds = |receipt: fn(&Charged) -> Receipt| -> Vec<Refund<'_>> {
            self.charged[index].iter().map(|it| it.refund(receipt(it))).collect()
        };
        let memory = self.memory.storage().refund(&refunds(|it| it.memory)).await;
        let redis = self.redis.storage().refund(&refunds(|it| it.redis)).await;
        self.answered(memory)?;
        self.answered(redis)
    }

    fn resolved(&self, charges: &[Charge]) -> Vec<(usize, usize, u64)> {
        let resolve = |charge: &Charge| {
            (charge.counter, charge.key, charge.cost.of(self.policy(charge.counter).quota()))
        };
        charges.iter().map(resolve).collect()
    }

    fn policy(&self, counter: usize) -> Policy {
        let index = counter % self.counters.len();
        let quota = self.counters[index].quota(self.amounts[index]);
        Policy::new(quota, &self.namespace(counter), [index.to_string().as_str()])
    }

    /// Every other counter is in another namespace.
    fn namespace(&self, counter: usize) -> String {
        format!("{}-{}", self.name, counter % self.counters.len() % 2)
    }

    /// Compares how many of `counters` were forgotten. A bucket that owes less than a microsecond is one in memory only,
    /// as the server doesn't look at parts of one there.
    fn same_forgotten(
        &mut self,
        (memory, redis): (Result<u64, StorageError>, Result<u64, StorageError>),
        counters: &[usize],
    ) -> Outcome {
        let (memory, redis) = (self.answered(memory)?, self.answered(redis)?);
        self.note(&format!("  {redis} counters forgotten"));
        let is_bucket = |it: &usize| self.policy(*it).quota().strategy() == Strategy::TokenBucket;
        if redis == memory || redis < memory && counters.iter().any(is_bucket) {
            return Ok(());
        }
        Err(self.disagreement(&format!("in memory: {memory}")))
    }

    fn answered<T>(&self, answer: Result<T, StorageError>) -> Result<T, String> {
        answer.map_err(|error| self.disagreement(&format!("a storage failed: {error}")))
    }

    fn note(&mut self, what: &str) {
        let micros = self.clock.now().as_nanos() / 1_000;
        let _ = writeln!(self.trace, "{micros:>12} µs  {what}"); // never fails on a string
    }

    fn disagreement(&self, how: &str) -> String {
        format!("memory and Redis disagree:\n{}{:17}{how}", self.trace, "")
    }
}

fn tell(decision: &Decision) -> String {
    format!(
        "{}, {} of {} left, more in {:?}, retry in {:?}",
        if decision.is_allowed() { "passes" } else { "refused" },
        decision.remaining(),
        decision.limit(),
        decision.reset_after(),
        decision.retry_after(),
    )
}
