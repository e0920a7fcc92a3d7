//! Counters in this process's memory: bounded, sharded, without a background thread.

mod builder;
mod eviction;
mod hit;
mod id;
mod packed;
mod shard;
mod slot;
mod standing;
mod stats;
mod table;
#[cfg(test)]
mod testing;
mod transaction;

use std::fmt;

pub use self::{builder::MemoryStorageBuilder, stats::MemoryStats};
use self::{
    id::Id,
    shard::Shard,
    transaction::{Locked, Transaction},
};
use super::{Batch, Decisions, Refund, Reply, Reset, Storage, lock::Lock, time::Time};
use crate::{Acquisition, Decision, Key, Policy, policy::NamespaceTag};

/// A storage in this process's memory. Every reply is there at once.
///
/// ```
/// use futures_util::FutureExt;
/// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
///
/// let limiter = RateLimiter::new(MemoryStorage::new());
/// let policy = Policy::new(Quota::new("1/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
/// let alice = Key::from("alice");
///
/// for allowed in [true, false] {
///     let decision = limiter.hit(&policy, &alice, 1).now_or_never().expect("memory answers at once")?;
///     assert_eq!(decision.is_allowed(), allowed);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # How much it holds
/// At most [`max_keys`](MemoryStorageBuilder::max_keys) counters, a million unless told otherwise; a
/// key that two policies count has two. When there is no room, a new counter takes the place of
/// 1. one that has expired, else
/// 2. one whose client has allowance left, the larger part of it the sooner, else
/// 3. one whose client has used up its allowance but was not refused, else
/// 4. one whose client is being refused, soonest to end first; [`MemoryStats::evicted_refused`]
///    counts these, and if it grows, `max_keys` is too small.
///
/// The choice is made among a sample of 16 counters, or up to 256 while all of those are being
/// refused. So in a shard of at most 256 counters no refused client is forgotten while another can go,
/// and in a larger one only if 256 neighbours in a hash table are all refused.
///
/// A counter under [`Strategy::MovingWindow`](crate::Strategy::MovingWindow) is a log: it holds 16 bytes
/// for each moment at which a request passed in its window. Give it amounts that you can afford for as
/// many clients as may come, or take another strategy.
///
/// # How it forgets
/// Each request that needs the exact time looks at two places of its shard, the first one after a tick of the clock at
/// eight, and they free those that have expired. So memory is given back to new counters in small steps, and no call
/// pauses for it. A shard that is asked at every tick is rid of what is idle in seconds; one that nobody asks keeps it,
/// within `max_keys`. The table itself does not shrink: what a flood of keys took stays reserved for later ones.
///
/// A counter takes 32 bytes, and the table is a sixth to a third larger than what is in it: a million take 38
/// megabytes, however long their keys. While there are less than
/// 131,072, a few more megabytes are taken for speed. Address space for all `max_keys` is asked for early; memory is taken
/// as they come.
///
/// # Parallel use
/// All counters of a key are in one of several shards, of 4,096 counters or so, each behind a lock, so a request takes
/// one lock unless its limits count different keys. [`Reset::Key`] walks through one shard and
/// [`Reset::Namespace`] through all of them, one at a time.
pub struct MemoryStorage {
    shards: Box<[Aligned<Lock<Shard>>]>,
    time: Time,
}

/// On a cache line of its own, so that neighbours don't slow each other down.
#[repr(align(128))]
struct Aligned<T>(T);

impl MemoryStorage {
    /// A storage of up to a million counters on the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A storage with settings of your own.
    pub fn builder() -> MemoryStorageBuilder {
        MemoryStorageBuilder::default()
    }

    /// How full it is and how counters have left it, summed over the shards one after another.
    #[must_use]
    pub fn stats(&self) -> MemoryStats {
        let mut stats = MemoryStats::default();
        for shard in &self.shards {
            stats.add(&shard.0.lock());
        }
        stats
    }

    /// Charges one counter, at once: what [`acquire_one`](Storage::acquire_one) does, for those who use no other
    /// storage. It takes a lock for some nanoseconds and never waits for anything else; a cost of 0 only looks. What it
    /// tells of a hit that is allowed, what is left and when more is, may be as of the clock's last tick.
    ///
    /// ```
    /// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, Strategy};
    ///
    /// let storage = MemoryStorage::new();
    /// let policy = Policy::new(Quota::new("1/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
    /// let alice = Key::from("alice");
    /// assert!(storage.hit(&policy, &alice, 1).is_allowed());
    /// assert!(!storage.hit(&policy, &alice, 1).is_allowed());
    /// # Ok::<(), ratelimit_core::ParseLimitError>(())
    /// ```
    #[inline]
    pub fn hit(&self, policy: &Policy, key: &Key, cost: u64) -> Decision {
        // Read before the lock is taken, which nobody holds for longer than must be.
        let recent = self.time.recent();
        let mut shard = self.shard(self.shard_of(key)).lock();
        shard.hit(policy, key, cost, recent, &self.time)
    }

    #[inline]
    fn shard_of(&self, key: &Key) -> usize {
        // A shard's table looks at the highest bits of the fingerprint, mixed with the policy's; these are the lowest.
        let lowest = key.fingerprint() & u64::from(u32::MAX);
        ((lowest * self.shards.len() as u64) >> 32) as usize
    }

    #[inline]
    fn shard(&self, index: usize) -> &Lock<Shard> {
        &self.shards[index].0
    }

    /// Locks what the batch needs, and stops the time for it: taken under the lock, moments never go
    /// back within a shard.
    fn begin<'s>(&'s self, batch: &'s [Acquisition<'s>], sweep: bool) -> Transaction<'s, 's> {
        let shard_of = |hit: &Acquisition<'_>| self.shard_of(hit.key);
        let mut locked = Locked::new(batch.iter().map(shard_of), |index| self.shard(index));
        let now = self.time.now();
        if sweep {
            locked.sweep(now);
        }
        Transaction::new(batch, locked, shard_of, now)
    }

    fn forget_all_of_key(&self, namespace: NamespaceTag, key: &Key) -> u64 {
        let mut shard = self.shard(self.shard_of(key)).lock();
        shard.forget_all(self.time.now(), |id| id.is_of_key(namespace, key))
    }
}

impl Storage for MemoryStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        // Most requests meet one limit; they need none of what keeps several together.
        if let [hit] = &batch[..] {
            return Reply::ready(Decisions::from_iter([self.hit(hit.policy, hit.key, hit.cost)]));
        }
        let transaction = self.begin(batch, true);
        let decisions = transaction.decide();
        transaction.settle(&decisions);
        Reply::ready(decisions)
    }

    fn acquire_one<'a>(&'a self, hit: &Acquisition<'a>) -> Reply<'a, Decision> {
        Reply::ready(self.hit(hit.policy, hit.key, hit.cost))
    }

    fn answers_at_once(&self) -> bool {
        true
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        Reply::ready(self.begin(batch, false).decide())
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        for refund in refunds {
            let mut shard = self.shard(self.shard_of(refund.acquisition.key)).lock();
            shard.refund(refund, self.time.now());
        }
        Reply::ready(())
    }

    /// Counters that had expired are forgotten too, but not counted.
    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        Reply::ready(match target {
            Reset::Counter { policy, key } => {
                let mut shard = self.shard(self.shard_of(key)).lock();
                u64::from(shard.forget(Id::new(policy, key), self.time.now()))
            }
            Reset::Key { namespace, key } => {
                NamespaceTag::find(namespace).map_or(0, |namespace| self.forget_all_of_key(namespace, key))
            }
            Reset::Namespace(namespace) => NamespaceTag::find(namespace).map_or(0, |namespace| {
                let forget = |shard: &Aligned<Lock<Shard>>| {
                    shard.0.lock().forget_all(self.time.now(), |id| id.is_in(namespace))
                };
                self.shards.iter().map(forget).sum()
            }),
        })
    }
}

impl Default for MemoryStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStorage")
            .field("shards", &self.shards.len())
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}
