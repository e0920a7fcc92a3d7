//! Ours: a storage in memory, asked about one policy.

use std::hint::black_box;

use ratelimit_core::{Decision, Key, MemoryStorage, Policy, Quota, Strategy};

use super::{AMOUNT, Client, Limiter};

/// A hit, as directly as the storage can be asked.
#[inline]
pub fn hit(storage: &MemoryStorage, policy: &Policy, key: &Key) -> Decision {
    storage.hit(policy, key, 1)
}

/// A storage with room for so many clients without evictions, and the default's at least.
pub fn storage_of(clients: usize) -> MemoryStorage {
    // Shards don't fill quite evenly.
    MemoryStorage::builder().max_keys((clients + clients / 4).max(1_000_000)).build()
}

/// Ours, with the key built from the client for every hit.
pub struct Ours {
    name: &'static str,
    pub storage: MemoryStorage,
    pub policy: Policy,
}

impl Ours {
    /// The strategies that are held against a goal.
    pub const STRATEGIES: [Strategy; 3] =
        [Strategy::FixedWindow, Strategy::TokenBucket, Strategy::SlidingWindow];

    /// A quota so wide that every hit is allowed, and so slow that no counter of `clients` expires.
    pub fn wide(strategy: Strategy, clients: usize) -> Self {
        Self::new(strategy, storage_of(clients), wide_quota(strategy, clients))
    }

    pub fn new(strategy: Strategy, storage: MemoryStorage, quota: Quota) -> Self {
        Self { name: name_of(strategy), storage, policy: Policy::new(quota, "bench", ["hit"]) }
    }
}

impl<C: Client> Limiter<C> for Ours {
    fn name(&self) -> &'static str {
        self.name
    }

    #[inline]
    fn hit(&self, client: &C) -> bool {
        hit(&self.storage, &self.policy, &client.key()).is_allowed()
    }

    fn hit_each(&self, clients: &[C]) -> usize {
        clients.iter().filter(|client| self.hit(black_box(*client))).count()
    }
}

/// A quota so wide that every hit is allowed, and so slow that no counter of so many clients expires.
pub fn wide_quota(strategy: Strategy, clients: usize) -> Quota {
    if strategy != Strategy::TokenBucket {
        let limit = format!("{AMOUNT}/day").parse().expect("a limit");
        return Quota::new(limit, strategy);
    }
    // A bucket is idle when it is full again: where a client comes seldom, what it took must be long in coming back.
    let (limit, burst) =
        if clients < 1_000_000 { ("1/minute", AMOUNT.into()) } else { ("1/30 minute", 2_400_000) };
    Quota::new(limit.parse().expect("a limit"), strategy).with_burst(burst).expect("a burst")
}

fn name_of(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::FixedWindow => "fixed window",
        Strategy::TokenBucket => "token bucket",
        Strategy::SlidingWindow => "sliding window",
        _ => "moving window",
    }
}
