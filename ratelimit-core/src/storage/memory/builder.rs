//! The settings of a memory storage.

use std::sync::Arc;

use super::{
    super::{lock::Lock, time::Time},
    Aligned, MemoryStorage,
    shard::Shard,
};
use crate::{Clock, SystemClock};

/// What a shard holds. A larger one would make whoever comes while it grows wait longer; the share of a smaller one
/// would vary much from shard to shard, and so waste room.
const SHARE: usize = 4096;

/// So many counters of all shards together may have twice the room, for speed: some four megabytes.
const ROOMY: usize = 131_072;

/// More shards than this, of which each takes 256 bytes, would cost much memory while they are empty.
const MOST_SHARDS: usize = 65_536;

/// Settings of a [`MemoryStorage`]; made by [`MemoryStorage::builder`].
///
/// ```
/// use ratelimit_core::{ManualClock, MemoryStorage};
///
/// let clock = ManualClock::new();
/// let storage = MemoryStorage::builder().max_keys(10_000).clock(clock.clone()).build();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct MemoryStorageBuilder {
    max_keys: usize,
    clock: Option<Arc<dyn Clock>>,
}

impl MemoryStorageBuilder {
    /// The most counters that are kept. Default: 1,000,000; 0 is taken as 1.
    ///
    /// A storage that kept nothing would limit nothing: 1 is the nearest that still does its work, and
    /// far safer than a number that silently means "no bound".
    ///
    /// Up to 8,191 keys share one shard and the bound is exact. Beyond that each of the shards has an
    /// equal part of it, and as keys don't spread quite evenly, the first evictions come when the
    /// whole is about 95 % full.
    pub const fn max_keys(mut self, max_keys: usize) -> Self {
        self.max_keys = if max_keys == 0 { 1 } else { max_keys };
        self
    }

    /// The clock that counts.
    pub fn clock(self, clock: impl Clock) -> Self {
        self.shared_clock(Arc::new(clock))
    }

    /// The clock that counts, shared with others.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use ratelimit_core::{Clock, MemoryStorage, SystemClock};
    ///
    /// let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    /// let storage = MemoryStorage::builder().shared_clock(Arc::clone(&clock)).build();
    /// ```
    pub fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The storage. It allocates its tables as keys come.
    #[must_use]
    pub fn build(self) -> MemoryStorage {
        let count = shards_for(self.max_keys);
        let share = |index| self.max_keys / count + usize::from(index < self.max_keys % count);
        let empty = |index| Aligned(Lock::new(Shard::with_room(share(index), ROOMY / count)));
        MemoryStorage {
            shards: (0..count).map(empty).collect(),
            time: self.clock.map_or_else(|| Time::OfMachine(SystemClock::new()), Time::new),
        }
    }
}

impl Default for MemoryStorageBuilder {
    fn default() -> Self {
        Self { max_keys: 1_000_000, clock: None }
    }
}

/// How many shards so many keys are spread over.
fn shards_for(max_keys: usize) -> usize {
    (max_keys / SHARE).clamp(1, MOST_SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_neither_small_nor_too_many() {
        for (keys, shards) in [(1, 1), (100, 1), (8_191, 1), (8_192, 2), (1_000_000, 244)] {
            assert_eq!(shards_for(keys), shards, "{keys} keys");
        }
        assert_eq!(shards_for(usize::MAX), MOST_SHARDS);
    }

    #[test]
    fn the_shares_add_up() {
        let storage = MemoryStorage::builder().max_keys(8_195).build();
        let total: usize = storage.shards.iter().map(|shard| shard.0.lock().max()).sum();
        assert_eq!(total, 8_195);
    }

    #[test]
    fn no_keys_at_all_is_taken_as_one() {
        let storage = MemoryStorage::builder().max_keys(0).build();
        assert_eq!(storage.shards[0].0.lock().max(), 1);
    }
}
