//! All or none: one batch over the shards it needs.

use smallvec::SmallVec;

use super::{
    super::lock::{Guard, Lock},
    id::Id,
    shard::Shard,
};
use crate::{Acquisition, Decision, Decisions, Timestamp};

/// As many as a [`Batch`](crate::Batch) holds without an allocation.
type Few<T> = SmallVec<[T; 4]>;

/// The shards of one batch, locked together.
pub(super) struct Locked<'s> {
    /// With their indices, ascending; nearly always one.
    shards: Few<(usize, Guard<'s, Shard>)>,
}

impl<'s> Locked<'s> {
    /// Locks the shards at `indices`, each once. Everybody locks in ascending order, so nobody waits
    /// for someone who waits for them.
    pub(super) fn new(indices: impl Iterator<Item = usize>, lock: impl Fn(usize) -> &'s Lock<Shard>) -> Self {
        let mut indices: Few<usize> = indices.collect();
        indices.sort_unstable();
        indices.dedup();
        Self { shards: indices.into_iter().map(|index| (index, lock(index).lock())).collect() }
    }

    /// Removes what has expired at a few positions of each shard.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        for (_, shard) in &mut self.shards {
            shard.sweep(now);
        }
    }

    /// Where the shard `index` stands among the locked.
    fn slot(&self, index: usize) -> usize {
        self.shards.iter().position(|(locked, _)| *locked == index).unwrap_or_default()
    }
}

/// Where an acquisition's counter is.
struct Place {
    /// Which of the locked shards.
    slot: usize,
    /// Where it stands there, if it exists; good until a counter is added.
    position: Option<usize>,
}

/// A batch, its shards and one moment.
pub(super) struct Transaction<'s, 'b> {
    batch: &'b [Acquisition<'b>],
    locked: Locked<'s>,
    places: Few<Place>,
    now: Timestamp,
}

impl<'s, 'b> Transaction<'s, 'b> {
    pub(super) fn new(
        batch: &'b [Acquisition<'b>],
        locked: Locked<'s>,
        shard_of: impl Fn(&Acquisition<'_>) -> usize,
        now: Timestamp,
    ) -> Self {
        let places = batch.iter().map(|acquisition| {
            let slot = locked.slot(shard_of(acquisition));
            Place { slot, position: locked.shards[slot].1.find(Id::of(acquisition)) }
        });
        Self { batch, places: places.collect(), locked, now }
    }

    /// What every limit says. If one refuses, the others say what they would with nothing taken.
    pub(super) fn decide(&self) -> Decisions {
        let decisions: Decisions = self.steps().map(|(hit, place)| self.ask(place, hit, hit.cost)).collect();
        if decisions.all_allowed() {
            return decisions;
        }
        self.steps()
            .zip(decisions.iter())
            .map(
                |((hit, place), decision)| {
                    if decision.is_allowed() { self.ask(place, hit, 0) } else { *decision }
                },
            )
            .collect()
    }

    /// Charges everything, or notes who was refused.
    pub(super) fn settle(mut self, decisions: &Decisions) {
        if decisions.all_allowed() {
            self.charge(decisions);
        } else {
            self.note_refusals(decisions);
        }
    }

    fn charge(&mut self, decisions: &Decisions) {
        let Self { batch, locked, places, now } = self;
        let paid =
            || batch.iter().zip(decisions.iter()).zip(places.iter()).filter(|((hit, _), _)| hit.cost > 0);
        for ((hit, decision), place) in paid() {
            if let Some(position) = place.position {
                locked.shards[place.slot].1.charge(position, hit, decision, *now);
            }
        }
        // New counters come last: adding one may move the others.
        for ((hit, decision), place) in paid().filter(|(_, place)| place.position.is_none()) {
            let in_use = |id| batch.iter().any(|hit| Id::of(hit) == id);
            locked.shards[place.slot].1.insert(hit, decision, *now, in_use);
        }
    }

    fn note_refusals(&mut self, decisions: &Decisions) {
        let refused = decisions.iter().zip(&self.places).filter(|(decision, _)| !decision.is_allowed());
        for (decision, place) in refused {
            self.locked.shards[place.slot].1.note_refusal(place.position, decision, self.now);
        }
    }

    fn steps(&self) -> impl Iterator<Item = (&Acquisition<'b>, &Place)> {
        self.batch.iter().zip(&self.places)
    }

    fn ask(&self, place: &Place, hit: &Acquisition<'_>, cost: u64) -> Decision {
        self.locked.shards[place.slot].1.decide(place.position, hit.policy, cost, self.now)
    }
}
