//! A part of the counters, behind one lock.

use slab::Slab;

use super::{eviction, id::Id, slot::Slot, standing::Standing, table::Table};
use crate::{Acquisition, Decision, Policy, Quota, Refund, Timestamp, strategy::State};

/// How many positions are looked at, with each request that needs the exact time, for counters that have expired. Any
/// number above 1 frees them faster than new ones can come.
const SWEEP: usize = 2;

/// How many at a shard's first request after a tick of the clock, so that what is idle leaves even if nobody new comes:
/// all within some seconds.
const SWEEP_AT_TICK: usize = 8;

/// At most `max` counters.
///
/// In this order: what each hit needs is in one cache line with the lock.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Shard {
    table: Table,
    /// The latest moment that a decision was made at: for nobody time goes back.
    latest: Timestamp,
    /// Where the next look for expired or dispensable counters starts.
    cursor: usize,
    max: usize,
    /// Counters that don't fit into a slot.
    spilled: Slab<State>,
    pub(super) tally: Tally,
}

/// How counters have left.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) expired: u64,
    pub(super) evicted: u64,
    pub(super) evicted_refused: u64,
}

impl Shard {
    #[cfg(test)]
    pub(super) fn new(max: usize) -> Self {
        Self::with_room(max, 0)
    }

    /// Up to `few` counters have twice the room.
    pub(super) fn with_room(max: usize, few: usize) -> Self {
        Self {
            table: Table::new(few),
            spilled: Slab::new(),
            max,
            cursor: 0,
            latest: Timestamp::default(),
            tally: Tally::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    #[cfg(test)]
    pub(super) fn max(&self) -> usize {
        self.max
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// The latest moment known, after `recent`; at the first one after a tick what is idle leaves.
    #[inline]
    pub(super) fn tick(&mut self, recent: Timestamp) -> Timestamp {
        if recent > self.latest {
            self.begin_tick(recent);
        }
        self.latest
    }

    #[cold]
    fn begin_tick(&mut self, recent: Timestamp) {
        self.latest = recent;
        self.look_for_expired(SWEEP_AT_TICK, recent);
    }

    /// The place of a counter, good until one is added or removed.
    pub(super) fn find(&self, id: Id) -> Option<usize> {
        self.table.find(id)
    }

    /// The slot of that place, if it is near its home; most are.
    #[inline]
    pub(super) fn near(&mut self, place: u64) -> Option<&mut Slot> {
        self.table.near(place)
    }

    /// The slot at a position.
    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut Slot> {
        self.table.get_mut(position)
    }

    /// What the counter at `place`, or a new one, says to `cost`.
    pub(super) fn decide(
        &self,
        place: Option<usize>,
        policy: &Policy,
        cost: u64,
        now: Timestamp,
    ) -> Decision {
        let quota = policy.quota();
        let Some(slot) = place.and_then(|place| self.table.get(place)) else {
            return State::new(quota.strategy()).decide(quota, cost, now);
        };
        match self.spilled(slot) {
            Some(state) => state.decide(quota, cost, now),
            None => state_of(slot, quota).decide(quota, cost, now),
        }
    }

    /// Takes what `decision` allowed.
    pub(super) fn charge(
        &mut self,
        position: usize,
        hit: &Acquisition<'_>,
        decision: &Decision,
        now: Timestamp,
    ) {
        let quota = hit.policy.quota();
        self.change(position, quota, now, |state| {
            state.charge(quota, hit.cost, now);
            Some(Standing::after_taking(decision, quota, now))
        });
    }

    /// Notes that `decision` turned the client away; of several refusals the longest counts. A cost
    /// that can never pass says nothing about the client, so it is not noted.
    pub(super) fn note_refusal(&mut self, place: Option<usize>, decision: &Decision, now: Timestamp) {
        self.latest = self.latest.max(now);
        let Some(wait) = decision.retry_after() else { return };
        let until = now.plus(wait);
        let Some(slot) = place.and_then(|place| self.table.get_mut(place)) else { return };
        if !matches!(slot.standing(), Standing::Refused(longer) if longer > until) {
            slot.set_standing(Standing::Refused(until));
        }
    }

    /// Adds a counter and takes what `decision` allowed, at the cost of another when full.
    /// Counters that are `in_use` go only if there are no others.
    pub(super) fn insert(
        &mut self,
        hit: &Acquisition<'_>,
        decision: &Decision,
        now: Timestamp,
        in_use: impl Fn(Id) -> bool,
    ) {
        self.latest = self.latest.max(now);
        if self.table.len() >= self.max {
            self.make_room(now, in_use);
        }
        let quota = hit.policy.quota();
        let mut state = State::new(quota.strategy());
        state.charge(quota, hit.cost, now);
        let slot = self.keep(Id::of(hit), state, quota, Standing::after_taking(decision, quota, now));
        self.table.insert(slot, self.max);
    }

    /// Gives a charge back, and with it the good standing if anything is left again.
    pub(super) fn refund(&mut self, refund: &Refund<'_>, now: Timestamp) {
        let Acquisition { policy, cost, .. } = refund.acquisition;
        let quota = policy.quota();
        let Some(position) = self.find(Id::of(&refund.acquisition)) else { return };
        let before = self.decide(Some(position), policy, 0, now);
        self.change(position, quota, now, |state| {
            state.refund(quota, cost, refund.receipt, now);
            None
        });
        let left = self.decide(Some(position), policy, 0, now);
        if left.remaining() > before.remaining()
            && let Some(slot) = self.table.get_mut(position)
        {
            slot.set_standing(Standing::after_taking(&left, quota, now));
        }
    }

    /// Changes a counter, and its client's standing to what `change` answers, except that who is being refused more
    /// than is left stays so when less is granted.
    fn change(
        &mut self,
        position: usize,
        quota: &Quota,
        now: Timestamp,
        change: impl FnOnce(&mut State) -> Option<Standing>,
    ) {
        self.latest = self.latest.max(now);
        let Some(&slot) = self.table.get(position) else { return };
        let mut state = match slot.spilled_to() {
            Some(index) if self.spilled.contains(index) => self.spilled.remove(index),
            _ => state_of(&slot, quota),
        };
        let before = slot.standing();
        let kept = before.shortened(state.expires_at(quota));
        let standing = change(&mut state).filter(|_| !before.is_refused(now)).unwrap_or(kept);
        let slot = self.keep(slot.id(), state, quota, standing);
        if let Some(place) = self.table.get_mut(position) {
            *place = slot;
        }
    }

    /// A slot for a counter, which goes elsewhere if it doesn't fit.
    fn keep(&mut self, id: Id, state: State, quota: &Quota, standing: Standing) -> Slot {
        if let Some(slot) = Slot::packed(id, &state, quota, standing) {
            return slot;
        }
        let expires_at = state.expires_at(quota);
        Slot::spilled(id, self.spilled.insert(state), expires_at, standing)
    }

    fn spilled(&self, slot: &Slot) -> Option<&State> {
        self.spilled.get(slot.spilled_to()?)
    }

    /// Removes what has expired at the next few positions.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        self.look_for_expired(SWEEP, now);
    }

    fn look_for_expired(&mut self, positions: usize, now: Timestamp) {
        for _ in 0..positions {
            let position = self.cursor;
            if self.table.get(position).is_some_and(|slot| slot.is_expired(now)) {
                // Others move up: the next look is at the same position.
                self.remove(position);
                self.tally.expired += 1;
            } else {
                self.cursor = eviction::next(&self.table, position);
            }
        }
    }

    /// Forgets the counter; answers whether it still told something.
    pub(super) fn forget(&mut self, id: Id, now: Timestamp) -> bool {
        let Some(position) = self.find(id) else { return false };
        self.remove(position).is_some_and(|slot| !slot.is_expired(now))
    }

    /// Forgets the counters that `which` picks; answers how many still told something.
    pub(super) fn forget_all(&mut self, now: Timestamp, which: impl Fn(Id) -> bool) -> u64 {
        let mut forgotten = 0;
        let mut position = 0;
        while position < self.table.positions() {
            if self.table.get(position).is_some_and(|slot| which(slot.id())) {
                forgotten += u64::from(self.remove(position).is_some_and(|slot| !slot.is_expired(now)));
            } else {
                position += 1;
            }
        }
        forgotten
    }

    fn make_room(&mut self, now: Timestamp, in_use: impl Fn(Id) -> bool) {
        let Some(victim) = eviction::choose(&self.table, &mut self.cursor, now, in_use) else { return };
        self.remove(victim.position);
        self.tally.expired += u64::from(victim.was_expired());
        self.tally.evicted += u64::from(!victim.was_expired());
        self.tally.evicted_refused += u64::from(victim.was_refused());
    }

    fn remove(&mut self, position: usize) -> Option<Slot> {
        let slot = self.table.remove(position)?;
        if let Some(index) = slot.spilled_to() {
            self.spilled.try_remove(index);
        }
        Some(slot)
    }
}

/// The counter in a slot; an untouched one if it is nowhere, which is never.
fn state_of(slot: &Slot, quota: &Quota) -> State {
    slot.state(quota).unwrap_or_else(|| State::new(quota.strategy()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Key, Limit, Strategy,
        storage::memory::testing::{policy, seconds},
    };

    fn hit(shard: &mut Shard, policy: &Policy, name: u64, now: Timestamp) -> Decision {
        shard.acquire(&Acquisition { policy, key: &Key::from(name), cost: 1 }, now)
    }

    #[test]
    fn a_full_shard_stays_full() {
        let (mut shard, policy) = (Shard::new(10), policy("2/minute"));
        for name in 0..1_000 {
            let _ = hit(&mut shard, &policy, name, seconds(0));
        }
        assert_eq!(shard.len(), 10);
        assert_eq!(shard.tally.evicted, 990);
        assert_eq!(shard.tally.evicted_refused, 0);
    }

    #[test]
    fn expired_counters_leave_a_few_at_a_time() {
        let (mut shard, policy) = (Shard::new(1_000), policy("2/minute"));
        for name in 0..100 {
            let _ = hit(&mut shard, &policy, name, seconds(0));
        }
        shard.sweep(seconds(60));
        assert!(shard.len() >= 100 - SWEEP, "no step takes more than {SWEEP}");
        for _ in 0..shard.table.positions() + 100 {
            shard.sweep(seconds(60));
        }
        assert_eq!(shard.len(), 0);
        assert_eq!(shard.tally.expired, 100);
    }

    #[test]
    fn forgetting_counts_only_what_still_told_something() {
        let (mut shard, policy) = (Shard::new(1_000), policy("2/minute"));
        let _ = hit(&mut shard, &policy, 1, seconds(0));
        let _ = hit(&mut shard, &policy, 2, seconds(30));
        let key = Key::from(2);
        assert!(shard.forget(Id::new(&policy, &key), seconds(60)));
        assert!(!shard.forget(Id::new(&policy, &key), seconds(60)));
        assert_eq!(shard.forget_all(seconds(60), |_| true), 0);
        assert_eq!(shard.len(), 0);
    }

    #[test]
    fn spilled_counters_are_counted_and_leave_with_their_slots() {
        let limit = Limit::new(2, std::time::Duration::from_mins(1)).expect("a limit");
        let policy = Policy::new(Quota::new(limit, Strategy::MovingWindow), "test", ["log"]);
        let mut shard = Shard::new(10);
        for name in 0..1_000 {
            assert_eq!(hit(&mut shard, &policy, name, seconds(0)).remaining(), 1);
            assert_eq!(hit(&mut shard, &policy, name, seconds(0)).remaining(), 0);
            assert!(!hit(&mut shard, &policy, name, seconds(0)).is_allowed());
        }
        assert_eq!((shard.len(), shard.spilled.len()), (10, 10));
        assert_eq!(shard.forget_all(seconds(0), |_| true), 10);
        assert!(shard.spilled.is_empty());
    }
}
