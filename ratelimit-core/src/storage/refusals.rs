//! Refusals remembered on this side of a network.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{lock::Lock, time::Time};
use crate::{Acquisition, Batch, Clock, Decision, Decisions, Key, Policy, SystemClock, Timestamp};

/// How many counters share a place; of those the one that is over first makes room.
const WAYS: usize = 4;

/// How many places there are: for 16,384 counters, in some two megabytes.
const PLACES: usize = 4_096;

/// Servers tell time in whole microseconds, so what they say may be too long by nearly one.
const RESOLUTION: Duration = Duration::from_micros(1);

/// What a storage across a network was told of refused requests, so that it need not ask again.
///
/// A refusal holds until the limit has room for the request again, unless somebody resets the counter or
/// gives something back; so it can be repeated from here, and who knocks on without waiting costs the
/// server nothing. What this process resets or gives back it [forgets](Self::forget); what another
/// process does shows after the time given to [`new`](Self::new), within which every refusal is asked for
/// anew. Nothing is ever refused for longer than the server said.
///
/// It is bounded: of some ten thousand counters that are refused at a time, others are asked for.
///
/// ```
/// use std::time::Duration;
/// use ratelimit_core::{Batch, Decision, Decisions, Key, Policy, Quota, Receipt, Strategy, storage::RefusalMemory};
///
/// let memory = RefusalMemory::new(Duration::from_secs(1));
/// let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "", ["data"]);
/// let key = Key::from("alice");
/// let batch = Batch::of(&policy, &key, 1);
/// assert!(memory.recall(&batch).is_none());
///
/// let asked = memory.ask();
/// let wait = Duration::from_secs(40);
/// let told = Decision::refuse(3, 0, wait, Some(wait), Receipt::default());
/// memory.note(&batch, &Decisions::from_iter([told]), asked);
/// assert!(!memory.recall(&batch).expect("it was noted").all_allowed());
///
/// memory.forget(&policy, &key);
/// assert!(memory.recall(&batch).is_none());
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
pub struct RefusalMemory {
    at_most: Duration,
    time: Time,
    /// How often something was reset or given back.
    changes: AtomicU64,
    /// Made at the first refusal.
    places: OnceLock<Box<[Place]>>,
}

/// When the server was asked, and what had changed until then.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    at: Timestamp,
    changes: u64,
}

type Place = Lock<[Option<Noted>; WAYS]>;

/// What was said of a counter when a request was refused.
#[derive(Clone, Copy)]
struct Noted {
    key: u64,
    policy: u64,
    cost: u64,
    amount: u64,
    decision: Decision,
    at: Timestamp,
    until: Timestamp,
}

impl RefusalMemory {
    /// Remembers each refusal for as long as it holds, and `at_most` so long; zero remembers nothing.
    #[must_use]
    pub fn new(at_most: Duration) -> Self {
        Self {
            at_most,
            time: Time::OfMachine(SystemClock::new()),
            changes: AtomicU64::new(0),
            places: OnceLock::new(),
        }
    }

    /// Reads `clock` instead of the machine's.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { time: Time::new(clock), ..self }
    }

    /// The decisions on `batch`, if one of its limits is known to refuse it.
    ///
    /// The others say what they said when they were last asked beside a refusal, or else that all of
    /// their allowance is left.
    #[must_use]
    pub fn recall(&self, batch: &Batch<'_>) -> Option<Decisions> {
        if let [hit] = &batch[..] {
            return self.recall_one(hit).map(|decision| Decisions::from_iter([decision]));
        }
        let places = self.places.get()?;
        let find = |hit: &Acquisition<'_>| find(places, hit);
        batch.iter().filter_map(find).any(|noted| !noted.decision.is_allowed()).then_some(())?;
        // The time is read only when somebody may be refused.
        let now = self.time.now();
        let decisions: Decisions = batch
            .iter()
            .map(|hit| find(hit).and_then(|noted| noted.at(now)).unwrap_or_else(|| untouched(hit)))
            .collect();
        (!decisions.all_allowed()).then_some(decisions)
    }

    /// What [`recall`](Self::recall) answers for a batch of this one acquisition; the server's answer is
    /// [noted](Self::note) with such a batch.
    #[must_use]
    pub fn recall_one(&self, hit: &Acquisition<'_>) -> Option<Decision> {
        let noted = find(self.places.get()?, hit).filter(|noted| !noted.decision.is_allowed())?;
        noted.at(self.time.now())
    }

    /// What to give to [`note`](Self::note) with the answer; to be taken before the server is asked. So
    /// nothing is remembered for longer than the answer holds, however long that was on its way, nor what
    /// a [`forget`](Self::forget) or [`clear`](Self::clear) has overtaken.
    #[must_use]
    pub fn ask(&self) -> Asked {
        let at = if self.at_most.is_zero() { Timestamp::default() } else { self.time.now() };
        Asked { at, changes: self.changes.load(Ordering::SeqCst) }
    }

    /// Remembers what `decisions` say, if one of them refuses.
    pub fn note(&self, batch: &Batch<'_>, decisions: &Decisions, asked: Asked) {
        if decisions.all_allowed() || self.at_most.is_zero() {
            return;
        }
        let places = self.places.get_or_init(|| (0..PLACES).map(|_| Place::new([None; WAYS])).collect());
        for (hit, decision) in batch.iter().zip(decisions.iter()) {
            // A cost that never passes is refused for as long as it may be remembered.
            let wait = decision.retry_after().unwrap_or(Duration::MAX).saturating_sub(RESOLUTION);
            put(places, Noted::new(hit, *decision, asked.at, wait.min(self.at_most)));
        }
        // Looked at after it was put: a change that this misses comes after, and takes it away itself.
        if self.changes.load(Ordering::SeqCst) != asked.changes {
            for hit in batch.iter() {
                remove(places, hit.policy, hit.key);
            }
        }
    }

    /// Forgets a counter that has been reset or given something back: to be called once the server has
    /// done so.
    pub fn forget(&self, policy: &Policy, key: &Key) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if let Some(places) = self.places.get() {
            remove(places, policy, key);
        }
    }

    /// Forgets everything, as above.
    pub fn clear(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        for place in self.places.get().iter().flat_map(|places| places.iter()) {
            *place.lock() = Default::default();
        }
    }
}

impl Noted {
    fn new(hit: &Acquisition<'_>, decision: Decision, at: Timestamp, holds: Duration) -> Self {
        Self {
            key: hit.key.fingerprint(),
            policy: hit.policy.fingerprint(),
            cost: hit.cost,
            amount: hit.policy.quota().limit().amount(),
            decision,
            at,
            until: at.plus(holds),
        }
    }

    /// What it comes to at `now`, if it still holds.
    fn at(&self, now: Timestamp) -> Option<Decision> {
        (now < self.until).then(|| self.decision.after(now.since(self.at)))
    }

    fn is_of(&self, key: u64, policy: u64) -> bool {
        self.key == key && self.policy == policy
    }
}

/// What is known of a counter for just this cost, and this amount: another may have another wait.
fn find(places: &[Place], hit: &Acquisition<'_>) -> Option<Noted> {
    let (key, policy) = (hit.key.fingerprint(), hit.policy.fingerprint());
    let is_asked = |noted: &Noted| {
        noted.is_of(key, policy)
            && noted.cost == hit.cost
            && noted.amount == hit.policy.quota().limit().amount()
            && noted.decision.limit() == hit.policy.quota().capacity()
    };
    let ways = place(places, key, policy).lock();
    ways.iter().flatten().find(|noted| is_asked(noted)).copied()
}

/// Puts a note where the counter's last one was, or into an empty way, or where one is over first.
fn put(places: &[Place], new: Noted) {
    let mut ways = place(places, new.key, new.policy).lock();
    let worth = |noted: &Option<Noted>| match noted {
        Some(noted) if noted.is_of(new.key, new.policy) => None,
        Some(noted) if noted.until > new.at => Some(noted.until),
        _ => Some(Timestamp::default()),
    };
    if let Some(way) = ways.iter_mut().min_by_key(|noted| worth(noted)) {
        *way = Some(new);
    }
}

fn remove(places: &[Place], policy: &Policy, key: &Key) {
    let (key, policy) = (key.fingerprint(), policy.fingerprint());
    for noted in place(places, key, policy).lock().iter_mut() {
        if noted.is_some_and(|noted| noted.is_of(key, policy)) {
            *noted = None;
        }
    }
}

fn place(places: &[Place], key: u64, policy: u64) -> &Place {
    // Both are hashes; the remainder is less than the number of places.
    #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash do")]
    let index = (key ^ policy) as usize % PLACES;
    &places[index]
}

fn untouched(hit: &Acquisition<'_>) -> Decision {
    let capacity = hit.policy.quota().capacity();
    Decision::allow(capacity, capacity, Duration::ZERO, crate::Receipt::default())
}

impl fmt::Debug for RefusalMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusalMemory").field("at_most", &self.at_most).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "test-util"))]
mod tests;
