//! Where counters live, and the contract every such place keeps.

#[cfg(feature = "test-util")]
pub mod conformance;
pub mod memory;

mod batch;
mod error;
mod lock;
mod refusals;
mod reply;
mod time;

use std::fmt::Debug;

use crate::Decision;

pub use self::{
    batch::{Acquisition, Batch, Decisions, Refund, Reset},
    error::StorageError,
    memory::MemoryStorage,
    refusals::{Asked, RefusalMemory},
    reply::Reply,
};

/// A place where counters live.
///
/// # The contract
/// * [`acquire`](Self::acquire) charges **all** acquisitions of a batch or **none**, in one step that
///   no other call can come between. It answers one decision an acquisition, in their order. When one
///   refuses, the others' decisions say what they would have been: allowed, with nothing taken.
/// * One boundary everywhere: an event leaves when its age is at least the window.
/// * A cost of 0 always passes where the amount is not 0, takes nothing and starts no window.
/// * [`peek`](Self::peek) answers as `acquire` would and changes nothing.
/// * An error says that the storage fails, and callers may stop asking it for a while. So nothing that a
///   client sends, such as a long key, may bring one about.
/// * [`acquire_one`](Self::acquire_one) decides and charges as `acquire` does on a batch of one. Who changes one of
///   them changes both.
/// * [`answers_at_once`](Self::answers_at_once) is read once when a limiter is built, and holds for all methods. No
///   deadline guards such a storage, so it must not block.
/// * What a caller may wait for is the storage's business; callers set their own deadlines and may
///   drop a reply, after which the batch may or may not have been charged.
///
/// `conformance`, under the feature `test-util`, checks all of it for any storage.
///
/// # Example
/// A storage around another, which counts how often it is asked:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use ratelimit_core::{Batch, Decisions, MemoryStorage, Refund, Reply, Reset, Storage};
///
/// #[derive(Debug, Default)]
/// struct Watched {
///     memory: MemoryStorage,
///     asked: AtomicU64,
/// }
///
/// impl Storage for Watched {
///     fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
///         self.asked.fetch_add(1, Ordering::Relaxed);
///         self.memory.acquire(batch)
///     }
///
///     /// What memory promises; and so a batch of one is asked by way of `acquire`, and counted.
///     fn answers_at_once(&self) -> bool {
///         self.memory.answers_at_once()
///     }
///
///     fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
///         self.memory.peek(batch)
///     }
///
///     fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
///         self.memory.refund(refunds)
///     }
///
///     fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
///         self.memory.reset(target)
///     }
/// }
///
/// let storage = Watched::default();
/// let _ = storage.acquire(&Batch::new());
/// assert_eq!(storage.asked.into_inner(), 1);
/// ```
///
/// One across a network answers with [`Reply::later`].
pub trait Storage: Debug + Send + Sync + 'static {
    /// Charges every acquisition of the batch, or none.
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions>;

    /// [`acquire`](Self::acquire) for a batch of one, which most are. Where an answer is there at once it is worth
    /// while to spare it the lists.
    fn acquire_one<'a>(&'a self, hit: &Acquisition<'a>) -> Reply<'a, Decision> {
        let Acquisition { policy, key, cost } = *hit;
        if self.answers_at_once() {
            // By its promise; what isn't here all the same is a failure.
            return match self.acquire(&Batch::of(policy, key, cost)).now() {
                Ok(answer) => Reply::from(answer.and_then(|decisions| decisions.only())),
                Err(_) => {
                    Reply::failed(StorageError::permanent("it promised to answer at once and does not"))
                }
            };
        }
        Reply::later(async move { self.acquire(&Batch::of(policy, key, cost)).await?.only() })
    }

    /// Whether every reply is there at once, so that nobody has to be prepared to wait for one: a promise.
    /// A reply that isn't there all the same is taken for a failure.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// What [`acquire`](Self::acquire) would answer now, without charging.
    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions>;

    /// Gives charges back, as if they had not been made; never more than was charged.
    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()>;

    /// Forgets counters; answers how many.
    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64>;
}
