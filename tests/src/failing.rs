//! A storage that fails on command, and tells how it was asked.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU8, AtomicUsize, Ordering},
};

use ratelimit_actix::core::{
    Batch, Decisions, Key, Refund, Reply, Reset, Storage, StorageError, storage::MemoryStorage,
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
    /// It answers what needs no writing, and fails at the rest at once.
    ReadOnly,
}

/// Memory that fails, or never answers, when told so. Clones share mood, memory and numbers.
#[derive(Clone, Debug)]
pub struct FailingStorage {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    memory: MemoryStorage,
    mood: AtomicU8,
    /// Whom alone the mood is for; everybody if there is nobody.
    moody_to: Mutex<Option<Key>>,
    /// Calls of clients' requests.
    calls: AtomicUsize,
    refunds: AtomicUsize,
    probes: AtomicUsize,
    /// Probes that wait for their answers, now and at most so far.
    probing: AtomicUsize,
    most_probing: AtomicUsize,
}

impl FailingStorage {
    /// Behaves well at first, in front of `memory`.
    #[must_use]
    pub fn new(memory: MemoryStorage) -> Self {
        Self {
            shared: Arc::new(Shared {
                memory,
                mood: AtomicU8::new(Mood::Well as u8),
                moody_to: Mutex::default(),
                calls: AtomicUsize::new(0),
                refunds: AtomicUsize::new(0),
                probes: AtomicUsize::new(0),
                probing: AtomicUsize::new(0),
                most_probing: AtomicUsize::new(0),
            }),
        }
    }

    /// Changes its mood.
    pub fn set(&self, mood: Mood) {
        self.shared.mood.store(mood as u8, Ordering::SeqCst);
    }

    /// Has its mood for the counters of `key` alone, as if they were on a server of their own.
    pub fn only_for(&self, key: Key) {
        *self.shared.moody_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// How often it was asked for a charge or a look, but by probes.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    /// How often it was asked to give back.
    #[must_use]
    pub fn refunds(&self) -> usize {
        self.shared.refunds.load(Ordering::SeqCst)
    }

    /// How often it was probed.
    #[must_use]
    pub fn probes(&self) -> usize {
        self.shared.probes.load(Ordering::SeqCst)
    }

    /// How many probes have waited for their answers at once.
    #[must_use]
    pub fn most_probing(&self) -> usize {
        self.shared.most_probing.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn mood(&self, mut keys: impl Iterator<Item = Key>) -> Mood {
        let moody_to = self.moody_to.lock().unwrap_or_else(PoisonError::into_inner);
        if moody_to.as_ref().is_some_and(|moody_to| !keys.any(|key| key == *moody_to)) {
            return Mood::Well;
        }
        let mood = self.mood.load(Ordering::SeqCst);
        let moods = [Mood::Broken, Mood::Silent, Mood::ReadOnly];
        moods.into_iter().find(|known| *known as u8 == mood).unwrap_or(Mood::Well)
    }

    fn begin_probe(&self) -> Probing<'_> {
        self.probes.fetch_add(1, Ordering::SeqCst);
        let probing = self.probing.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_probing.fetch_max(probing, Ordering::SeqCst);
        Probing(self)
    }
}

/// A probe that waits for its answer.
struct Probing<'a>(&'a Shared);

impl Drop for Probing<'_> {
    fn drop(&mut self) {
        self.0.probing.fetch_sub(1, Ordering::SeqCst);
    }
}

fn answer<'a, T>(mood: Mood, writes: bool, ask: impl FnOnce() -> Reply<'a, T>) -> Reply<'a, T>
where
    T: Send + 'a,
{
    match mood {
        Mood::Broken => Reply::failed(StorageError::transient("broken on purpose")),
        Mood::ReadOnly if writes => Reply::failed(StorageError::transient("read-only on purpose")),
        Mood::Silent => Reply::later(std::future::pending()),
        Mood::Well | Mood::ReadOnly => ask(),
    }
}

impl Storage for FailingStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        let mood = self.shared.mood(batch.iter().map(|acquisition| acquisition.key.clone()));
        let answer = answer(mood, true, || self.shared.memory.acquire(batch));
        if batch.iter().any(|acquisition| acquisition.policy.name() == "probe") {
            let probing = self.shared.begin_probe();
            return Reply::later(async move {
                let answer = answer.await;
                drop(probing);
                answer
            });
        }
        self.shared.calls.fetch_add(1, Ordering::SeqCst);
        answer
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.shared.calls.fetch_add(1, Ordering::SeqCst);
        let mood = self.shared.mood(batch.iter().map(|acquisition| acquisition.key.clone()));
        answer(mood, false, || self.shared.memory.peek(batch))
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.shared.refunds.fetch_add(1, Ordering::SeqCst);
        let mood = self.shared.mood(refunds.iter().map(|refund| refund.acquisition.key.clone()));
        answer(mood, true, || self.shared.memory.refund(refunds))
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        answer(self.shared.mood(std::iter::empty()), true, || self.shared.memory.reset(target))
    }
}
