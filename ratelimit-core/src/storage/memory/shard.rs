//! A part of the table, behind one lock.

use hashbrown::HashTable;

use super::{
    entry::{Entry, Id},
    eviction,
};
use crate::{Acquisition, Decision, Policy, Refund, Timestamp, strategy::State};

/// How many buckets each acquisition looks at for entries that have expired. Any number above 1
/// frees entries faster than new ones can come.
const SWEEP: usize = 2;

/// A table of at most `max` counters.
#[derive(Debug)]
pub(super) struct Shard {
    table: HashTable<Entry>,
    max: usize,
    /// Where the next look for expired or dispensable entries starts.
    cursor: usize,
    pub(super) tally: Tally,
}

/// How entries have left.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) expired: u64,
    pub(super) evicted: u64,
    pub(super) evicted_refused: u64,
}

impl Shard {
    pub(super) fn new(max: usize) -> Self {
        Self { table: HashTable::new(), max, cursor: 0, tally: Tally::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    #[cfg(test)]
    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// Charges a batch of one.
    pub(super) fn acquire(&mut self, hit: &Acquisition<'_>, now: Timestamp) -> Decision {
        let id = Id::of(hit);
        if let Some(entry) = self.table.find_mut(id.hash(), |entry| entry.id == id) {
            let decision = entry.decide(hit.policy, hit.cost, now);
            if !decision.is_allowed() {
                entry.note_refusal(&decision, now);
            } else if hit.cost > 0 {
                entry.charge(hit, &decision, now);
            }
            return decision;
        }
        let decision = self.decide(None, hit.policy, hit.cost, now);
        if decision.is_allowed() && hit.cost > 0 {
            self.insert(hit, &decision, now, |_| false);
        }
        decision
    }

    /// The place of a counter, good until an entry is added.
    pub(super) fn find(&self, id: Id) -> Option<usize> {
        self.table.find_bucket_index(id.hash(), |entry| entry.id == id)
    }

    pub(super) fn entry(&mut self, place: Option<usize>) -> Option<&mut Entry> {
        self.table.get_bucket_mut(place?)
    }

    /// What the counter at `place`, or a new one, says to `cost`.
    pub(super) fn decide(
        &self,
        place: Option<usize>,
        policy: &Policy,
        cost: u64,
        now: Timestamp,
    ) -> Decision {
        match place.and_then(|place| self.table.get_bucket(place)) {
            Some(entry) => entry.decide(policy, cost, now),
            None => State::new(policy.quota().strategy()).decide(policy.quota(), cost, now),
        }
    }

    /// Adds a counter and takes what `decision` allowed, at the cost of another when full.
    /// Entries that are `in_use` go only if there are no others.
    pub(super) fn insert(
        &mut self,
        acquisition: &Acquisition<'_>,
        decision: &Decision,
        now: Timestamp,
        in_use: impl Fn(Id) -> bool,
    ) {
        if self.table.len() >= self.max {
            self.make_room(now, in_use);
        }
        let mut entry = Entry::new(acquisition, now);
        entry.charge(acquisition, decision, now);
        self.table.insert_unique(entry.id.hash(), entry, |entry| entry.id.hash());
    }

    pub(super) fn refund(&mut self, refund: &Refund<'_>, now: Timestamp) {
        let Acquisition { policy, cost, .. } = refund.acquisition;
        let place = self.find(Id::of(&refund.acquisition));
        if let Some(entry) = self.entry(place) {
            entry.refund(policy, cost, refund.receipt, now);
        }
    }

    /// Removes what has expired in the next few buckets.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        for _ in 0..SWEEP {
            let bucket = self.cursor;
            self.cursor = eviction::next(&self.table, bucket);
            if self.table.get_bucket(bucket).is_some_and(|entry| entry.is_expired(now)) {
                self.remove(bucket);
                self.tally.expired += 1;
            }
        }
    }

    /// Forgets the counter; answers whether it still told something.
    pub(super) fn forget(&mut self, id: Id, now: Timestamp) -> bool {
        match self.table.find_entry(id.hash(), |entry| entry.id == id) {
            Ok(found) => !found.remove().0.is_expired(now),
            Err(_) => false,
        }
    }

    /// Forgets the counters that `which` picks; answers how many still told something.
    pub(super) fn forget_all(&mut self, now: Timestamp, which: impl Fn(&Entry) -> bool) -> u64 {
        let mut forgotten = 0;
        self.table.retain(|entry| {
            let goes = which(entry);
            forgotten += u64::from(goes && !entry.is_expired(now));
            !goes
        });
        forgotten
    }

    fn make_room(&mut self, now: Timestamp, in_use: impl Fn(Id) -> bool) {
        let Some(victim) = eviction::choose(&self.table, &mut self.cursor, now, in_use) else { return };
        self.remove(victim.bucket);
        self.tally.expired += u64::from(victim.was_expired());
        self.tally.evicted += u64::from(!victim.was_expired());
        self.tally.evicted_refused += u64::from(victim.was_refused());
    }

    fn remove(&mut self, bucket: usize) {
        if let Ok(occupied) = self.table.get_bucket_entry(bucket) {
            occupied.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Key,
        storage::memory::testing::{policy, seconds},
    };

    fn hit(shard: &mut Shard, name: u64, now: Timestamp) {
        let (policy, key) = (policy("2/minute"), Key::from(name));
        let _ = shard.acquire(&Acquisition { policy: &policy, key: &key, cost: 1 }, now);
    }

    #[test]
    fn a_full_shard_stays_full() {
        let mut shard = Shard::new(10);
        for name in 0..1_000 {
            hit(&mut shard, name, seconds(0));
        }
        assert_eq!(shard.len(), 10);
        assert_eq!(shard.tally.evicted, 990);
        assert_eq!(shard.tally.evicted_refused, 0);
    }

    #[test]
    fn expired_entries_leave_a_few_at_a_time() {
        let mut shard = Shard::new(1_000);
        for name in 0..100 {
            hit(&mut shard, name, seconds(0));
        }
        shard.sweep(seconds(60));
        assert!(shard.len() >= 100 - SWEEP, "no step takes more than {SWEEP}");
        for _ in 0..shard.table.num_buckets() / SWEEP {
            shard.sweep(seconds(60));
        }
        assert_eq!(shard.len(), 0);
        assert_eq!(shard.tally.expired, 100);
    }

    #[test]
    fn forgetting_counts_only_what_still_told_something() {
        let mut shard = Shard::new(1_000);
        hit(&mut shard, 1, seconds(0));
        hit(&mut shard, 2, seconds(30));
        let (policy, key) = (policy("2/minute"), Key::from(2));
        assert!(shard.forget(Id::new(&policy, &key), seconds(60)));
        assert!(!shard.forget(Id::new(&policy, &key), seconds(60)));
        assert_eq!(shard.forget_all(seconds(60), |_| true), 0);
        assert_eq!(shard.len(), 0);
    }
}
