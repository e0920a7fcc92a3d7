//! A process that takes quota from the shared storage before it uses it: a lease of some units a call.
//!
//! Everything that counts is the library's: the shared storage by its contract, the lease by a strategy of the core,
//! refusals by the memory that the Redis storage has. What is new are some fifty lines that ask for more than one
//! unit, and use the rest later.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ratelimit_core::{
    Acquisition, Batch, Clock, Decision, Key, Limit, Policy, Quota, Receipt, Refund, Storage, StorageError,
    Strategy, Timestamp, storage::RefusalMemory, strategy::FixedWindow,
};

use serde::Serialize;

use super::terms::{Ends, Terms};

/// A unit that was charged for this client and isn't used.
struct Lease {
    /// What was taken at once.
    quota: Quota,
    /// How much of it is used, in the lease's own window.
    used: FixedWindow,
    receipt: Receipt,
    ends: Timestamp,
    last_used: Timestamp,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub admitted: bool,
    /// Until when the unit that was used weighs, by the shared storage's clock.
    pub weighs_until: Timestamp,
}

/// What a process has done so far, in units but for the calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub calls: u64,
    pub charged: u64,
    pub used: u64,
    pub given_back: u64,
    pub expired: u64,
    pub lost: u64,
}

pub struct Lessee {
    shared: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    terms: Terms,
    leases: HashMap<u32, Lease>,
    /// What was left when the storage last answered, and until when that says anything.
    told: HashMap<u32, (u64, Timestamp)>,
    refusals: RefusalMemory,
    pub tally: Tally,
}

/// As long as the Redis storage remembers a refusal.
const REMEMBERED: Duration = Duration::from_secs(1);

impl Lessee {
    pub fn new(shared: Arc<dyn Storage>, clock: Arc<dyn Clock>, policy: Policy, terms: Terms) -> Self {
        Self {
            refusals: RefusalMemory::new(REMEMBERED).with_clock(Arc::clone(&clock)),
            shared,
            clock,
            policy,
            terms,
            leases: HashMap::new(),
            told: HashMap::new(),
            tally: Tally::default(),
        }
    }

    /// One request of a client.
    pub async fn acquire(&mut self, client: u32, key: &Key) -> Result<Answer, StorageError> {
        let now = self.clock.now();
        if let Some(answer) = self.use_lease(client, now) {
            return Ok(answer);
        }
        let policy = self.policy.clone();
        let one = Batch::of(&policy, key, 1);
        if self.refusals.recall(&one).is_some() {
            return Ok(Answer { admitted: false, weighs_until: now });
        }
        let mut wanted = self.wanted(client, now);
        loop {
            let asked = self.refusals.ask();
            let batch = Batch::of(&policy, key, wanted);
            let decisions = self.shared.acquire(&batch).await?;
            self.tally.calls += 1;
            let decision = decisions[0];
            self.told.insert(client, (decision.remaining(), now.plus(weighs(&decision))));
            if decision.is_allowed() {
                return Ok(self.lease(client, wanted, &decision, now));
            }
            if wanted == 1 {
                self.refusals.note(&one, &decisions, asked);
                return Ok(Answer { admitted: false, weighs_until: now });
            }
            // All or none: what is left has to be asked for.
            wanted = decision.remaining().clamp(1, wanted - 1);
        }
    }

    fn use_lease(&mut self, client: u32, now: Timestamp) -> Option<Answer> {
        let lease = self.leases.get_mut(&client)?;
        if now >= lease.ends {
            self.tally.expired += lease.left(now);
            self.leases.remove(&client);
            return None;
        }
        if !lease.used.decide(&lease.quota, 1, now).is_allowed() {
            self.leases.remove(&client);
            return None;
        }
        lease.used.charge(&lease.quota, 1, now);
        lease.last_used = now;
        self.tally.used += 1;
        Some(Answer { admitted: true, weighs_until: lease.receipt.full_at })
    }

    fn wanted(&self, client: u32, now: Timestamp) -> u64 {
        let capacity = self.policy.quota().capacity();
        let told = self.told.get(&client).filter(|(_, until)| now < *until);
        self.terms.wanted(told.map_or(capacity, |(left, _)| *left)).min(capacity)
    }

    /// Keeps what was granted but for the one unit of this request.
    fn lease(&mut self, client: u32, units: u64, decision: &Decision, now: Timestamp) -> Answer {
        self.tally.charged += units;
        self.tally.used += 1;
        let receipt = decision.receipt();
        let limit = self.policy.quota().limit();
        let ends = match self.terms.ends {
            // By the answer's two times and the moment before it was asked for: no clock but one's own matters, and
            // a lease ends early rather than late.
            Ends::WithCharge => now.plus(weighs(decision)),
            Ends::OnceRefilled => now.plus(refill_time(limit, units)),
            Ends::Never => Timestamp::from_nanos(u64::MAX),
        };
        if units > 1 {
            let quota = Quota::new(
                Limit::new(units, limit.window()).expect("the same window"),
                Strategy::FixedWindow,
            );
            self.leases.insert(
                client,
                Lease { quota, used: FixedWindow::new(ends, 1), receipt, ends, last_used: now },
            );
        }
        Answer { admitted: true, weighs_until: receipt.full_at }
    }

    /// Gives back what hasn't been used for a while, a call each.
    pub async fn give_back_idle(&mut self, idle: Duration, keys: &[Key]) -> Result<(), StorageError> {
        let now = self.clock.now();
        let is_idle = |lease: &Lease| now.since(lease.last_used) >= idle && now < lease.ends;
        let mut clients: Vec<u32> =
            self.leases.iter().filter(|(_, lease)| is_idle(lease)).map(|(client, _)| *client).collect();
        clients.sort_unstable(); // the map's order is another each time
        for client in clients {
            let Some(lease) = self.leases.remove(&client) else { continue };
            let (cost, key) = (lease.left(now), &keys[client as usize]);
            if cost > 0 {
                let acquisition = Acquisition { policy: &self.policy, key, cost };
                self.shared.refund(&[Refund { acquisition, receipt: lease.receipt }]).await?;
                self.tally.calls += 1;
                self.tally.given_back += cost;
            }
        }
        Ok(())
    }

    /// What is held for a client and can be used now.
    pub fn held(&self, client: u32) -> u64 {
        let now = self.clock.now();
        self.leases.get(&client).filter(|lease| now < lease.ends).map_or(0, |lease| lease.left(now))
    }

    /// Ends without a word, and starts anew with nothing.
    pub fn die(&mut self) {
        self.tally.lost += self.unused();
        self.leases.clear();
        self.told.clear();
        self.refusals.clear();
    }

    /// What lies in leases, whether or not they are over.
    pub fn unused(&self) -> u64 {
        // Just before its end each still tells what was left.
        self.leases.values().map(|lease| lease.left(lease.last_used)).sum()
    }
}

impl Lease {
    fn left(&self, now: Timestamp) -> u64 {
        self.used.decide(&self.quota, 0, now.min(self.last_used)).remaining()
    }
}

/// How long what was just charged weighs: to the window's end, or until the bucket is full again.
fn weighs(decision: &Decision) -> Duration {
    decision.receipt().full_at.since(decision.receipt().charged_at)
}

/// How long a bucket takes for so many units.
fn refill_time(limit: Limit, units: u64) -> Duration {
    let nanos = u128::from(units) * limit.window().as_nanos() / u128::from(limit.amount().max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

impl Tally {
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            charged: self.charged + other.charged,
            used: self.used + other.used,
            given_back: self.given_back + other.given_back,
            expired: self.expired + other.expired,
            lost: self.lost + other.lost,
        }
    }
}
