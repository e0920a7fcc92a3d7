//! A process that takes quota from the shared storage before it uses it: a lease of some units a call.
//!
//! Everything that counts is the library's: the shared storage by its contract, the lease by a strategy of the core,
//! refusals by the memory that the Redis storage has. What is new are some fifty lines that ask for more than one
//! unit, and use the rest later.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ratelimit_core::{
    Acquisition, Batch, Clock, Decision, Key, Policy, Refund, Storage, StorageError, Timestamp,
    storage::RefusalMemory,
};

use super::{
    lease::{Lease, weighs},
    tally::Tally,
    terms::Terms,
};

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub admitted: bool,
    /// Until when the unit that was used weighs, by the shared storage's clock.
    pub weighs_until: Timestamp,
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
        if let Some(weighs_until) = lease.take_one(now) {
            self.tally.used += 1;
            return Some(Answer { admitted: true, weighs_until });
        }
        self.tally.expired += lease.unused();
        self.leases.remove(&client);
        None
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
        if units > 1 {
            let lease = Lease::new(self.policy.quota().limit(), units, decision, self.terms.ends, now);
            self.leases.insert(client, lease);
        }
        Answer { admitted: true, weighs_until: decision.receipt().full_at }
    }

    /// Gives back what hasn't been used for a while, a call each.
    pub async fn give_back_idle(&mut self, idle: Duration, keys: &[Key]) -> Result<(), StorageError> {
        let now = self.clock.now();
        let is_idle = |lease: &Lease| now.since(lease.last_used()) >= idle && lease.left(now) > 0;
        let mut clients: Vec<u32> =
            self.leases.iter().filter(|(_, lease)| is_idle(lease)).map(|(client, _)| *client).collect();
        clients.sort_unstable(); // the map's order is another each time
        for client in clients {
            let Some(lease) = self.leases.remove(&client) else { continue };
            let (cost, key) = (lease.unused(), &keys[client as usize]);
            let acquisition = Acquisition { policy: &self.policy, key, cost };
            self.shared.refund(&[Refund { acquisition, receipt: lease.receipt() }]).await?;
            self.tally.calls += 1;
            self.tally.given_back += cost;
        }
        Ok(())
    }

    /// What is held for a client and can be used now.
    pub fn held(&self, client: u32) -> u64 {
        self.leases.get(&client).map_or(0, |lease| lease.left(self.clock.now()))
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
        self.leases.values().map(Lease::unused).sum()
    }
}
