//! Slots in the order of their places: a hash table that is always sorted.
//!
//! It is open addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4) in which each run of
//! neighbours is kept in order, as in Amble and Knuth's "Ordered Hash Tables" (1974). Home positions are spread in
//! proportion to the places, so the whole table is in order: a search ends at the first slot that is not before what
//! it looks for, and a larger table is filled from first to last. A counter is found with one look at memory, mostly.

use super::{id::Id, slot::Slot};

/// Of eight home positions at most seven are used, where there are many: a search looks at four or five slots then, and
/// seldom at more than ten.
const FULL: (usize, usize) = (7, 8);

/// How many slots are looked at in one go: most counters are that near to their homes, in two cache lines. Twice as
/// many were slower.
const NEAR: usize = 4;

/// For so many slots room is asked for at once, half a gigabyte of addresses: all shards together must not need all.
const MOST_RESERVED: usize = 1 << 24;

/// The least size that is worth having.
const LEAST: usize = 16;

/// Counters by their ids.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// One for each home, and a few more for those whom the last homes had no room for.
    slots: Vec<Slot>,
    homes: usize,
    len: usize,
    /// Up to so many counters at most half of the homes are used: nearly all counters are [`NEAR`] theirs then, which
    /// takes a quarter off a hit.
    few: usize,
}

impl Table {
    /// One in which up to `few` counters have twice the room.
    pub(super) fn new(few: usize) -> Self {
        Self { few, ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many positions there are, empty ones included.
    pub(super) fn positions(&self) -> usize {
        self.slots.len()
    }

    /// The slot at a position, unless that is empty or past the end.
    #[inline]
    pub(super) fn get(&self, position: usize) -> Option<&Slot> {
        self.slots.get(position).filter(|slot| !slot.is_empty())
    }

    #[inline]
    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut Slot> {
        self.slots.get_mut(position).filter(|slot| !slot.is_empty())
    }

    /// Where the counter is, until one is added or removed.
    pub(super) fn find(&self, id: Id) -> Option<usize> {
        let from = self.home(id.place);
        let ahead = self.slots.get(from..)?.iter().take_while(|slot| slot.place() <= id.place);
        ahead.zip(from..).find(|(slot, _)| slot.id() == id).map(|(_, position)| position)
    }

    /// The slot of that place, if it is [`NEAR`] its home.
    #[inline]
    pub(super) fn near(&mut self, place: u64) -> Option<&mut Slot> {
        let from = self.home(place);
        let near: &mut [Slot; NEAR] = self.slots.get_mut(from..)?.first_chunk_mut()?;
        // How far from home a counter stands can't be foreseen, so of a branch for each slot one would be taken wrongly
        // each time: 8 of 25 nanoseconds with ten thousand keys. Those before it are counted instead.
        let before: usize = near.iter().map(|slot| usize::from(slot.place() < place)).sum();
        near.get_mut(before).filter(|slot| slot.place() == place)
    }

    /// Adds a counter that is not in the table. The table grows at need up to the size for `most` counters.
    pub(super) fn insert(&mut self, slot: Slot, most: usize) {
        if self.len >= self.room(self.homes) {
            self.grow(most.max(self.len + 1));
        }
        let from = self.home(slot.place());
        let before = |other: &Slot| other.place() < slot.place();
        let position = from
            + self.slots[from..].iter().position(|other| !before(other)).unwrap_or(self.slots.len() - from);
        let empty = self.slots[position..].iter().position(Slot::is_empty).map(|ahead| position + ahead);
        let empty = empty.unwrap_or_else(|| self.lengthen());
        self.slots.copy_within(position..empty, position + 1);
        self.slots[position] = slot;
        self.len += 1;
    }

    /// Removes the counter at a position; those behind it that are not at home move up.
    pub(super) fn remove(&mut self, position: usize) -> Option<Slot> {
        let removed = *self.get(position)?;
        let behind = &self.slots[position + 1..];
        let stays =
            |(index, slot): (usize, &Slot)| slot.is_empty() || self.home(slot.place()) > position + index;
        let moved = behind.iter().enumerate().position(stays).unwrap_or(behind.len());
        self.slots.copy_within(position + 1..position + 1 + moved, position);
        self.slots[position + moved] = Slot::EMPTY;
        self.len -= 1;
        Some(removed)
    }

    /// Where a counter of that place would like to be.
    #[inline]
    fn home(&self, place: u64) -> usize {
        (((place >> 32) * self.homes as u64) >> 32) as usize
    }

    /// How many counters so many homes are for.
    fn room(&self, homes: usize) -> usize {
        if homes <= 2 * self.few { homes / 2 } else { homes * FULL.0 / FULL.1 }
    }

    /// How many homes so many counters need, at least one; homes are counted in 32 bits.
    fn homes_for(&self, counters: usize) -> usize {
        let homes = if counters <= self.few {
            2 * counters
        } else {
            // More than so many are filled further.
            (counters * FULL.1).div_ceil(FULL.0).max(2 * self.few + 1)
        };
        homes.min(u32::MAX as usize)
    }

    /// Adds a few slots behind the last; answers the position of the first of them.
    fn lengthen(&mut self) -> usize {
        let end = self.slots.len();
        let more = tail(self.homes);
        self.slots.reserve_exact(more);
        self.slots.resize(end + more, Slot::EMPTY);
        end
    }

    /// Grows by an eighth, or to the size for `most` counters, in place: room for all of them is asked for at once, but
    /// the system gives memory page by page as it is first used. Tables that moved to ever larger places would leave
    /// holes behind, a sixth of all in use.
    fn grow(&mut self, most: usize) {
        let largest = self.homes_for(most);
        if self.slots.capacity() == 0 {
            // Where the system doesn't give room for all of them, tables move as they grow.
            let _ = self.slots.try_reserve_exact(with_tail(largest).min(MOST_RESERVED));
        }
        self.homes = (self.homes + self.homes / 8).max(LEAST).min(largest);
        let end =
            self.slots.iter().filter(|slot| !slot.is_empty()).fold(0, |next, slot| self.seat(slot, next) + 1);
        self.slots.resize(with_tail(self.homes).max(end + NEAR), Slot::EMPTY);
        let first = self.push_to_the_end();
        self.spread(first);
    }

    /// Where a counter stands if `next` is the first free position after all before it.
    fn seat(&self, slot: &Slot, next: usize) -> usize {
        self.home(slot.place()).max(next)
    }

    /// Moves everybody to the end, in order; answers the position of the first.
    fn push_to_the_end(&mut self) -> usize {
        let mut first = self.slots.len();
        for position in (0..self.slots.len()).rev() {
            let slot = std::mem::replace(&mut self.slots[position], Slot::EMPTY);
            if !slot.is_empty() {
                first -= 1;
                self.slots[first] = slot;
            }
        }
        first
    }

    /// Moves everybody from the end to their homes, or behind who came before. That is never behind where they were, as
    /// there is room for all.
    fn spread(&mut self, first: usize) {
        let mut next = 0;
        for position in first..self.slots.len() {
            let slot = std::mem::replace(&mut self.slots[position], Slot::EMPTY);
            let seat = self.seat(&slot, next);
            self.slots[seat] = slot;
            next = seat + 1;
        }
    }
}

/// How many slots so many homes need, mostly: the last homes have no others behind them.
fn with_tail(homes: usize) -> usize {
    homes + tail(homes)
}

fn tail(homes: usize) -> usize {
    homes / 128 + NEAR
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        Quota, Strategy, Timestamp,
        policy::Tag,
        storage::memory::standing::Standing,
        strategy::{FixedWindow, State},
    };

    fn slot(place: u64, count: u64) -> Slot {
        let quota = Quota::new("1/minute".parse().expect("a limit"), Strategy::FixedWindow);
        let state = State::FixedWindow(FixedWindow::new(Timestamp::from_nanos(1), count));
        let id = Id { place, policy: Tag::in_bits(0) };
        Slot::packed(id, &state, &quota, Standing::Free(0)).expect("it fits")
    }

    /// Everybody is found, in order, and no further from home than behind those who came before.
    fn check(table: &Table, expected: &BTreeMap<u64, u64>) {
        assert_eq!(table.len(), expected.len());
        let mut last = None;
        let mut seen = 0;
        for position in 0..table.positions() {
            let Some(slot) = table.get(position) else { continue };
            let home = table.home(slot.place());
            assert!(home <= position && (home..position).all(|before| table.get(before).is_some()));
            assert!(last < Some(slot.place()), "in order");
            assert_eq!(table.find(slot.id()), Some(position));
            last = Some(slot.place());
            seen += 1;
        }
        assert_eq!(seen, expected.len());
    }

    proptest! {
        /// Places near each other, and near both ends, so that neighbours crowd.
        #[test]
        fn it_holds_what_a_map_holds(steps in prop::collection::vec((0..120_u64, 0..3_u8, any::<bool>()), 1..400)) {
            let (mut table, mut map) = (Table::default(), BTreeMap::new());
            for (name, shift, adds) in steps {
                let place = match shift {
                    0 => name << 57,
                    1 => u64::MAX - 1 - name,
                    _ => name,
                };
                let id = Id { place, policy: Tag::in_bits(0) };
                match (table.find(id), adds) {
                    (None, true) => {
                        table.insert(slot(place, 1), 100);
                        map.insert(place, 1);
                    }
                    (Some(position), false) => {
                        assert_eq!(table.remove(position).map(|slot| slot.id()), Some(id));
                        map.remove(&place);
                    }
                    (found, _) => assert_eq!(found.is_some(), map.contains_key(&place)),
                }
                check(&table, &map);
            }
        }
    }

    #[test]
    fn it_is_no_larger_than_it_must_be() {
        let mut table = Table::default();
        for name in 0..4_096_u64 {
            table.insert(slot(name << 52, 1), 4_096);
        }
        assert!(table.positions() * 32 < 4_096 * 38, "{} positions", table.positions());
    }

    #[test]
    fn there_is_room_for_as_many_as_homes_are_for() {
        for few in [0, 8, 512] {
            let table = Table::new(few);
            for counters in (1..3_000).chain([100_000, 10_000_000]) {
                let homes = table.homes_for(counters);
                assert!(table.room(homes) >= counters, "{few}: {counters} counters, {homes} homes");
                assert!(
                    homes <= (2 * counters).max(2 * few + 1),
                    "{few}: {counters} counters, {homes} homes"
                );
            }
            assert_eq!(table.homes_for(usize::MAX / 16), u32::MAX as usize);
        }
    }

    #[test]
    fn a_full_table_does_not_grow_each_time() {
        for (few, most) in [(0, 1), (0, 100), (512, 1), (512, 100), (512, 512), (512, 513), (512, 1_000)] {
            let mut table = Table::new(few);
            let mut sizes = std::collections::BTreeSet::new();
            for name in 0..most as u64 {
                table.insert(slot(name << 48, 1), most);
                sizes.insert(table.homes);
            }
            assert!(sizes.len() <= 48 && table.room(table.homes) >= most, "{few}, {most}: {sizes:?}");
        }
    }

    #[test]
    fn an_empty_table_takes_no_memory() {
        let table = Table::default();
        assert_eq!((table.positions(), table.find(Id { place: 7, policy: Tag::in_bits(0) })), (0, None));
    }
}
