//! A storage that answers late, as one across a network does.

use ratelimit_actix::core::{
    Batch, Decisions, Refund, Reply, Reset, Storage, StorageError, storage::MemoryStorage,
};

/// Memory whose every answer comes some polls after it was asked for.
#[derive(Debug)]
pub struct LateStorage {
    memory: MemoryStorage,
}

impl LateStorage {
    /// Answers late what `memory` says.
    #[must_use]
    pub fn new(memory: MemoryStorage) -> Self {
        Self { memory }
    }
}

/// Asks after other tasks have had their turns; the question is put when the wait is over.
fn late<'a, T>(ask: impl FnOnce() -> Reply<'a, T> + Send + 'a) -> Reply<'a, T>
where
    T: Unpin + Send + 'a,
{
    Reply::later(async move {
        wait().await;
        let answer = ask().now().unwrap_or_else(|_| Err(StorageError::permanent("memory answers at once")));
        wait().await;
        answer
    })
}

/// Several turns of the scheduler: no time passes, but everything else may happen.
async fn wait() {
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
}

impl Storage for LateStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        late(move || self.memory.acquire(batch))
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        late(move || self.memory.peek(batch))
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        late(move || self.memory.refund(refunds))
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        late(move || self.memory.reset(target))
    }
}
