//! A storage that fails on command.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use ratelimit_actix::core::{
    Batch, Decisions, Refund, Reply, Reset, Storage, StorageError, storage::MemoryStorage,
};

/// How a [`FailingStorage`] behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    Well,
    /// It fails at once.
    Broken,
    /// It never answers.
    Silent,
}

/// Memory that fails, or never answers, when told so. Clones share the mood and the memory.
#[derive(Clone, Debug)]
pub struct FailingStorage {
    memory: Arc<MemoryStorage>,
    mood: Arc<AtomicU8>,
}

impl FailingStorage {
    /// Behaves well at first, in front of `memory`.
    #[must_use]
    pub fn new(memory: MemoryStorage) -> Self {
        Self { memory: Arc::new(memory), mood: Arc::default() }
    }

    /// Changes its mood.
    pub fn set(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
    }

    fn ask<'a, T: Send + Unpin + 'a>(&self, ask: impl FnOnce() -> Reply<'a, T>) -> Reply<'a, T> {
        match self.mood.load(Ordering::SeqCst) {
            mood if mood == Mood::Broken as u8 => Reply::failed(StorageError::transient("broken on purpose")),
            mood if mood == Mood::Silent as u8 => Reply::later(std::future::pending()),
            _ => ask(),
        }
    }
}

impl Storage for FailingStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(|| self.memory.acquire(batch))
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(|| self.memory.peek(batch))
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.ask(|| self.memory.refund(refunds))
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.ask(|| self.memory.reset(target))
    }
}
