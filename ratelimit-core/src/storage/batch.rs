//! What is asked of a storage in one step.

use std::ops::Deref;

use smallvec::SmallVec;

use super::StorageError;
use crate::{Decision, Key, Policy, Receipt};

/// Most requests meet at most this many limits at once; more of them cost an allocation.
const INLINE: usize = 4;

/// One counter to charge: a policy's, for a key, by a cost.
#[derive(Clone, Copy, Debug)]
pub struct Acquisition<'a> {
    /// What is counted.
    pub policy: &'a Policy,
    /// Who is counted.
    pub key: &'a Key,
    /// How much is taken.
    pub cost: u64,
}

impl Acquisition<'_> {
    /// Whether both charge one counter.
    #[must_use]
    pub fn same_counter(&self, other: &Self) -> bool {
        self.policy.fingerprint() == other.policy.fingerprint() && self.key == other.key
    }
}

/// The acquisitions of one request, each counter once.
///
/// ```
/// use ratelimit_core::{Batch, Key, Policy, Quota, Strategy};
///
/// let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
/// let key = Key::from("alice");
/// let mut batch = Batch::new();
/// batch.push(&policy, &key, 1);
/// batch.push(&policy, &key, 1); // named twice, counts once
/// assert_eq!(batch.len(), 1);
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Batch<'a> {
    acquisitions: SmallVec<[Acquisition<'a>; INLINE]>,
}

impl<'a> Batch<'a> {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A batch of one acquisition.
    #[must_use]
    pub fn of(policy: &'a Policy, key: &'a Key, cost: u64) -> Self {
        let mut batch = Self::new();
        batch.push(policy, key, cost);
        batch
    }

    /// Adds an acquisition. A counter that is already in the batch stays in it once, with the
    /// greater of the two costs and the quota named first.
    pub fn push(&mut self, policy: &'a Policy, key: &'a Key, cost: u64) {
        let new = Acquisition { policy, key, cost };
        match self.acquisitions.iter_mut().find(|old| old.same_counter(&new)) {
            Some(old) => old.cost = old.cost.max(cost),
            None => self.acquisitions.push(new),
        }
    }
}

impl<'a> Deref for Batch<'a> {
    type Target = [Acquisition<'a>];

    fn deref(&self) -> &Self::Target {
        &self.acquisitions
    }
}

/// The decisions on a batch, in its order.
#[derive(Clone, Debug, Default)]
#[must_use = "decisions say whether the request may pass"]
pub struct Decisions {
    decisions: SmallVec<[Decision; INLINE]>,
}

impl Decisions {
    /// Whether every limit allowed the request, and so whether it was charged.
    #[must_use]
    pub fn all_allowed(&self) -> bool {
        self.decisions.iter().all(Decision::is_allowed)
    }

    /// The decision on a batch of one: for authors of storages and limiters.
    ///
    /// ```
    /// use ratelimit_core::{Batch, Decisions, Key, MemoryStorage, Policy, Quota, Storage, Strategy};
    ///
    /// let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
    /// let key = Key::from("alice");
    /// let batch = Batch::of(&policy, &key, 1);
    /// let decisions = MemoryStorage::new().acquire(&batch).now().expect("memory answers at once")?;
    /// assert!(decisions.only()?.is_allowed());
    /// assert!(Decisions::default().only().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there are none or several, which is a mistake of the storage's and no refusal.
    pub fn only(&self) -> Result<Decision, StorageError> {
        match &self[..] {
            [decision] => Ok(*decision),
            _ => Err(StorageError::permanent("the storage did not answer one decision for one acquisition")),
        }
    }
}

impl Deref for Decisions {
    type Target = [Decision];

    fn deref(&self) -> &Self::Target {
        &self.decisions
    }
}

impl FromIterator<Decision> for Decisions {
    fn from_iter<I: IntoIterator<Item = Decision>>(decisions: I) -> Self {
        Self { decisions: decisions.into_iter().collect() }
    }
}

/// A charge to give back.
#[derive(Clone, Copy, Debug)]
pub struct Refund<'a> {
    /// What was charged: the acquisition as it was made.
    pub acquisition: Acquisition<'a>,
    /// From the decision that charged it.
    pub receipt: Receipt,
}

/// Which counters to forget.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Reset<'a> {
    /// One policy's counter of one key.
    Counter {
        /// The policy.
        policy: &'a Policy,
        /// The key.
        key: &'a Key,
    },
    /// Every counter of one key in a namespace.
    Key {
        /// The namespace.
        namespace: &'a str,
        /// The key.
        key: &'a Key,
    },
    /// Every counter of a namespace.
    Namespace(&'a str),
}
