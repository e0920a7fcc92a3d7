//! What can be seen of a memory storage.

use super::shard::Shard;

/// How full a [`MemoryStorage`](super::MemoryStorage) is, and how counters have left it.
///
/// ```
/// use std::sync::Arc;
///
/// use futures_util::FutureExt;
/// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Storage, Strategy};
///
/// let storage = Arc::new(MemoryStorage::builder().max_keys(10).build());
/// let limiter = RateLimiter::from(Arc::clone(&storage) as Arc<dyn Storage>);
/// let policy = Policy::new(Quota::new("5/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
/// for name in 0..100_u64 {
///     let _ = limiter.hit(&policy, &Key::from(name), 1).now_or_never();
/// }
/// let stats = storage.stats();
/// assert_eq!((stats.keys, stats.evicted, stats.evicted_refused), (10, 90, 0));
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryStats {
    /// Counters held now, those included that have expired and still await removal. A key that two
    /// policies count has two.
    pub keys: u64,
    /// Counters that were removed because they had expired.
    pub expired: u64,
    /// Counters that had not expired and made room for new ones.
    pub evicted: u64,
    /// Those among `evicted` whose client was being refused and so started anew. If it grows,
    /// `max_keys` is too small for the clients that are being refused at one time.
    pub evicted_refused: u64,
}

impl MemoryStats {
    pub(super) fn add(&mut self, shard: &Shard) {
        self.keys += shard.len() as u64;
        self.expired += shard.tally.expired;
        self.evicted += shard.tally.evicted;
        self.evicted_refused += shard.tally.evicted_refused;
    }
}
