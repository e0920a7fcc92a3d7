//! The small imperative face of the core.

use std::sync::Arc;

use crate::{
    Acquisition, Batch, Decision, Decisions, Key, Policy, Receipt, Refund, Reset, Storage, StorageError,
};

/// Asks a storage about limits, one call a question.
///
/// Clones share the storage. No runtime is needed: over memory every future is ready when first
/// polled, over a network it is woken by whatever runtime the storage uses.
///
/// ```
/// use futures_util::FutureExt;
/// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
///
/// let limiter = RateLimiter::new(MemoryStorage::new());
/// let policy = Policy::new(Quota::new("2/minute".parse()?, Strategy::FixedWindow), "", ["login"]);
/// let alice = Key::from("alice");
///
/// let first = limiter.hit(&policy, &alice, 1).now_or_never().expect("memory answers at once")?;
/// assert!(first.is_allowed());
/// assert_eq!(first.remaining(), 1);
///
/// // Asking what is left takes nothing.
/// let left = limiter.stats(&policy, &alice).now_or_never().expect("memory answers at once")?;
/// assert_eq!(left.remaining(), 1);
///
/// let second = limiter.hit(&policy, &alice, 2).now_or_never().expect("memory answers at once")?;
/// assert!(!second.is_allowed());
/// assert!(second.retry_after().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RateLimiter {
    storage: Arc<dyn Storage>,
}

impl RateLimiter {
    /// A limiter over a storage of its own.
    pub fn new(storage: impl Storage) -> Self {
        Self { storage: Arc::new(storage) }
    }

    /// The storage asked.
    #[must_use]
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    /// Takes `cost`, if that much is left.
    pub async fn hit(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Decision, StorageError> {
        self.storage.acquire_one(&Acquisition { policy, key, cost }).await
    }

    /// Takes everything in the batch, or nothing if one of its limits refuses.
    ///
    /// ```
    /// use futures_util::FutureExt;
    /// use ratelimit_core::{Batch, Key, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
    ///
    /// let limiter = RateLimiter::new(MemoryStorage::new());
    /// let policy = |limit: &str, path| Ok::<_, ratelimit_core::ParseLimitError>(
    ///     Policy::new(Quota::new(limit.parse()?, Strategy::FixedWindow), "", [path]));
    /// let (each, all) = (policy("2/minute", "each")?, policy("3/minute", "all")?);
    /// let everyone = Key::global();
    ///
    /// let may_pass = |user| {
    ///     let user = Key::from(user);
    ///     let mut batch = Batch::of(&each, &user, 1);
    ///     batch.push(&all, &everyone, 1);
    ///     limiter.hit_all(&batch).now_or_never().expect("memory answers at once").map(|all| all.all_allowed())
    /// };
    /// assert!(may_pass("alice")?);
    /// assert!(may_pass("alice")?);
    /// assert!(!may_pass("alice")?); // and takes nothing from everyone's three
    /// assert!(may_pass("bob")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn hit_all(&self, batch: &Batch<'_>) -> Result<Decisions, StorageError> {
        self.storage.acquire(batch).await
    }

    /// What [`hit`](Self::hit) would answer; takes nothing.
    pub async fn peek(&self, policy: &Policy, key: &Key, cost: u64) -> Result<Decision, StorageError> {
        self.peek_all(&Batch::of(policy, key, cost)).await?.only()
    }

    /// What [`hit_all`](Self::hit_all) would answer; takes nothing.
    pub async fn peek_all(&self, batch: &Batch<'_>) -> Result<Decisions, StorageError> {
        self.storage.peek(batch).await
    }

    /// What is left: a [`peek`](Self::peek) with a cost of 0.
    pub async fn stats(&self, policy: &Policy, key: &Key) -> Result<Decision, StorageError> {
        self.peek(policy, key, 0).await
    }

    /// Gives back what a hit took, as if it had not been made. `receipt` is from its decision.
    ///
    /// ```
    /// use futures_util::FutureExt;
    /// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
    ///
    /// let limiter = RateLimiter::new(MemoryStorage::new());
    /// let policy = Policy::new(Quota::new("1/minute".parse()?, Strategy::FixedWindow), "", ["job"]);
    /// let key = Key::from("alice");
    ///
    /// let hit = limiter.hit(&policy, &key, 1).now_or_never().expect("memory answers at once")?;
    /// limiter.refund(&policy, &key, 1, hit.receipt()).now_or_never().expect("memory answers at once")?;
    /// let again = limiter.hit(&policy, &key, 1).now_or_never().expect("memory answers at once")?;
    /// assert!(again.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn refund(
        &self,
        policy: &Policy,
        key: &Key,
        cost: u64,
        receipt: Receipt,
    ) -> Result<(), StorageError> {
        self.storage.refund(&[Refund { acquisition: Acquisition { policy, key, cost }, receipt }]).await
    }

    /// Forgets counters; answers how many.
    ///
    /// ```
    /// use futures_util::FutureExt;
    /// use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Reset, Strategy};
    ///
    /// let limiter = RateLimiter::new(MemoryStorage::new());
    /// let policy = Policy::new(Quota::new("1/minute".parse()?, Strategy::FixedWindow), "shop", ["pay"]);
    /// let key = Key::from("alice");
    /// let _ = limiter.hit(&policy, &key, 1).now_or_never();
    ///
    /// let forgotten = limiter.reset(Reset::Namespace("shop")).now_or_never().expect("memory answers at once")?;
    /// assert_eq!(forgotten, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn reset(&self, target: Reset<'_>) -> Result<u64, StorageError> {
        self.storage.reset(target).await
    }
}

/// A limiter over a storage that others use as well.
impl From<Arc<dyn Storage>> for RateLimiter {
    fn from(storage: Arc<dyn Storage>) -> Self {
        Self { storage }
    }
}
