//! Counters in this process's memory: bounded, sharded, without a background thread.

mod builder;
mod entry;
mod eviction;
mod shard;
mod stats;
#[cfg(test)]
mod testing;
mod transaction;

use std::{fmt, sync::Arc};

use parking_lot::Mutex;

pub use self::{builder::MemoryStorageBuilder, stats::MemoryStats};
use self::{
    entry::Id,
    shard::Shard,
    transaction::{Locked, Transaction},
};
use super::{Batch, Decisions, Refund, Reply, Reset, Storage};
use crate::{Acquisition, Clock, Decision, Key, fingerprint};

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
/// Each acquisition looks at two places of its shard and frees those that have expired, so memory is
/// given back to new counters in small steps and no call pauses for it. The table itself does not
/// shrink: what a flood of keys took stays reserved for later ones.
///
/// # Parallel use
/// All counters of a key are in one of up to 256 shards, each behind a lock, so a request takes one
/// lock unless its limits count different keys. [`Reset::Key`] walks through one shard and
/// [`Reset::Namespace`] through all of them, one at a time.
pub struct MemoryStorage {
    /// A power of two of them.
    shards: Box<[Aligned<Mutex<Shard>>]>,
    clock: Arc<dyn Clock>,
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

    fn shard_of(&self, key: &Key) -> usize {
        // The table uses the lowest and the highest bits of the hash; these are neither.
        let middle = key.fingerprint() >> 32;
        middle as usize & (self.shards.len() - 1)
    }

    fn shard(&self, index: usize) -> &Mutex<Shard> {
        &self.shards[index].0
    }

    fn acquire_one(&self, hit: &Acquisition<'_>) -> Decision {
        let mut shard = self.shard(self.shard_of(hit.key)).lock();
        let now = self.clock.now();
        shard.sweep(now);
        shard.acquire(hit, now)
    }

    /// Locks what the batch needs, and stops the time for it: taken under the lock, moments never go
    /// back within a shard.
    fn begin<'s>(&'s self, batch: &'s [Acquisition<'s>], sweep: bool) -> Transaction<'s, 's> {
        let shard_of = |hit: &Acquisition<'_>| self.shard_of(hit.key);
        let mut locked = Locked::new(batch.iter().map(shard_of), |index| self.shard(index));
        let now = self.clock.now();
        if sweep {
            locked.sweep(now);
        }
        Transaction::new(batch, locked, shard_of, now)
    }

    fn forget_all_of_key(&self, namespace: u64, key: &Key) -> u64 {
        let mut shard = self.shard(self.shard_of(key)).lock();
        shard.forget_all(self.clock.now(), |entry| entry.is_of_key(namespace, key))
    }
}

impl Storage for MemoryStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        // Most requests meet one limit; they need none of what keeps several together.
        if let [hit] = &batch[..] {
            return Reply::ready(Decisions::from_iter([self.acquire_one(hit)]));
        }
        let transaction = self.begin(batch, true);
        let decisions = transaction.decide();
        transaction.settle(&decisions);
        Reply::ready(decisions)
    }

    fn acquire_one<'a>(&'a self, hit: &'a Acquisition<'_>) -> Reply<'a, Decision> {
        Reply::ready(Self::acquire_one(self, hit))
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
            shard.refund(refund, self.clock.now());
        }
        Reply::ready(())
    }

    /// Counters that had expired are forgotten too, but not counted.
    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        Reply::ready(match target {
            Reset::Counter { policy, key } => {
                let mut shard = self.shard(self.shard_of(key)).lock();
                u64::from(shard.forget(Id::new(policy, key), self.clock.now()))
            }
            Reset::Key { namespace, key } => {
                self.forget_all_of_key(fingerprint::of(namespace.as_bytes()), key)
            }
            Reset::Namespace(namespace) => {
                let namespace = fingerprint::of(namespace.as_bytes());
                let forget = |shard: &Aligned<Mutex<Shard>>| {
                    shard.0.lock().forget_all(self.clock.now(), |entry| entry.is_in(namespace))
                };
                self.shards.iter().map(forget).sum()
            }
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
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
