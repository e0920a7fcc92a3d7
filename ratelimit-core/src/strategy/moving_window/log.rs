//! The log: instants in order, each with the running sum of all units up to it.

use std::collections::VecDeque;

/// Room for so many entries is not worth giving back.
const SMALL: usize = 16;

/// The hits of one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    /// Nanoseconds.
    at: u64,
    /// All units ever entered up to and with this entry, less refunds; modulo 2⁶⁴, as only differences
    /// of sums are used and all units in the log together are at most 2⁶⁴ − 1.
    sum: u64,
}

/// Entries in order of time, each of at least one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    /// The sum of the last entry that was cleared away.
    gone: u64,
}

impl Log {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.entries.capacity()
    }

    /// The instant of the newest hit.
    pub(super) fn newest(&self) -> Option<u64> {
        self.entries.back().map(|entry| entry.at)
    }

    /// How many units the log holds.
    pub(super) fn total(&self) -> u64 {
        self.units_before(self.entries.len())
    }

    /// How many of them have reached an age of `length` at `now`.
    pub(super) fn left(&self, length: u64, now: u64) -> u64 {
        self.units_before(self.first_live(length, now))
    }

    /// The instant that the log's `unit`th unit, counted from 1 at the oldest, was entered at.
    pub(super) fn time_of_unit(&self, unit: u64) -> Option<u64> {
        let index = self.entries.partition_point(|entry| entry.sum.wrapping_sub(self.gone) < unit);
        self.entries.get(index).map(|entry| entry.at)
    }

    /// The instants in order, and how many units were entered at each.
    pub(super) fn units(&self) -> impl Iterator<Item = (u64, u64)> {
        let before = std::iter::once(self.gone).chain(self.entries.iter().map(|entry| entry.sum));
        self.entries.iter().zip(before).map(|(entry, before)| (entry.at, entry.sum.wrapping_sub(before)))
    }

    /// Clears away what has reached an age of `length`: each entry once, so it costs a push no more
    /// than a constant on average.
    pub(super) fn purge(&mut self, length: u64, now: u64) {
        let live = self.first_live(length, now);
        if let Some(last) = live.checked_sub(1).and_then(|last| self.entries.get(last)) {
            self.gone = last.sum;
            self.entries.drain(..live);
        }
        // A client that was busy once does not hold the memory of it.
        if self.entries.capacity() > SMALL && self.entries.len() < self.entries.capacity() / 4 {
            self.entries.shrink_to(SMALL.max(self.entries.len() * 2));
        }
    }

    /// Enters `units`, which are not 0. A `now` before the newest entry joins it.
    pub(super) fn push(&mut self, units: u64, now: u64) {
        // Never reached by what `decide` allows: the sums stay in order even so.
        let units = units.min(u64::MAX - self.total());
        if units == 0 {
            return;
        }
        let sum = self.gone.wrapping_add(self.total()).wrapping_add(units);
        match self.entries.back_mut() {
            Some(newest) if newest.at >= now => newest.sum = sum,
            _ => self.entries.push_back(Entry { at: now, sum }),
        }
    }

    /// Takes up to `units` out of the entry of the instant `at`.
    pub(super) fn remove(&mut self, units: u64, at: u64) {
        let Ok(index) = self.entries.binary_search_by_key(&at, |entry| entry.at) else { return };
        let held = self.units_before(index + 1) - self.units_before(index);
        let units = units.min(held);
        // Refunds follow their charges closely, so there are few entries behind.
        for entry in self.entries.range_mut(index..) {
            entry.sum = entry.sum.wrapping_sub(units);
        }
        if units == held {
            self.entries.remove(index);
        }
    }

    /// The index of the first entry younger than `length` at `now`.
    fn first_live(&self, length: u64, now: u64) -> usize {
        self.entries.partition_point(|entry| now.saturating_sub(entry.at) >= length)
    }

    /// How many units the first `index` entries hold.
    fn units_before(&self, index: usize) -> u64 {
        let last = index.checked_sub(1).and_then(|last| self.entries.get(last));
        last.map_or(0, |entry| entry.sum.wrapping_sub(self.gone))
    }
}
