//! Refusals remembered on this side of a network.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use parking_lot::Mutex;

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
/// let wait = Duration::from_secs(40);
/// let told = Decision::refuse(3, 0, wait, Some(wait), Receipt::default());
/// memory.note(&batch, &Decisions::from_iter([told]), memory.now());
/// assert!(!memory.recall(&batch).expect("it was noted").all_allowed());
///
/// memory.forget(&policy, &key);
/// assert!(memory.recall(&batch).is_none());
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
pub struct RefusalMemory {
    at_most: Duration,
    clock: Arc<dyn Clock>,
    /// Made at the first refusal.
    places: OnceLock<Box<[Place]>>,
}

type Place = Mutex<[Option<Noted>; WAYS]>;

/// What was said of a counter when a request was refused.
#[derive(Clone, Copy)]
struct Noted {
    key: u64,
    policy: u64,
    cost: u64,
    decision: Decision,
    at: Timestamp,
    until: Timestamp,
}

impl RefusalMemory {
    /// Remembers each refusal for as long as it holds, and `at_most` so long; zero remembers nothing.
    #[must_use]
    pub fn new(at_most: Duration) -> Self {
        Self { at_most, clock: Arc::new(SystemClock::new()), places: OnceLock::new() }
    }

    /// Reads `clock` instead of the machine's.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// The decisions on `batch`, if one of its limits is known to refuse it.
    ///
    /// The others say what they said when they were last asked beside a refusal, or else that all of
    /// their allowance is left.
    #[must_use]
    pub fn recall(&self, batch: &Batch<'_>) -> Option<Decisions> {
        let places = self.places.get()?;
        let find = |hit: &Acquisition<'_>| find(places, hit);
        batch.iter().filter_map(find).any(|noted| !noted.decision.is_allowed()).then_some(())?;
        // The time is read only when somebody may be refused.
        let now = self.clock.now();
        let decisions: Decisions = batch
            .iter()
            .map(|hit| match find(hit) {
                Some(noted) if now < noted.until => noted.decision.after(now.since(noted.at)),
                _ => untouched(hit),
            })
            .collect();
        (!decisions.all_allowed()).then_some(decisions)
    }

    /// The moment to give to [`note`](Self::note): before the server is asked, so that nothing is
    /// remembered for longer than its answer holds, however long that was on its way.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        if self.at_most.is_zero() { Timestamp::default() } else { self.clock.now() }
    }

    /// Remembers what `decisions` say, if one of them refuses. They were asked for at `asked_at`.
    pub fn note(&self, batch: &Batch<'_>, decisions: &Decisions, asked_at: Timestamp) {
        if decisions.all_allowed() || self.at_most.is_zero() {
            return;
        }
        let places = self.places.get_or_init(|| (0..PLACES).map(|_| Place::default()).collect());
        for (hit, decision) in batch.iter().zip(decisions.iter()) {
            // A cost that never passes is refused for as long as it may be remembered.
            let wait = decision.retry_after().unwrap_or(Duration::MAX).saturating_sub(RESOLUTION);
            put(places, Noted::new(hit, *decision, asked_at, wait.min(self.at_most)));
        }
    }

    /// Forgets a counter that has been reset or given something back.
    pub fn forget(&self, policy: &Policy, key: &Key) {
        let Some(places) = self.places.get() else { return };
        for noted in place(places, key.fingerprint(), policy.fingerprint()).lock().iter_mut() {
            if noted.is_some_and(|noted| noted.is_of(key.fingerprint(), policy.fingerprint())) {
                *noted = None;
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for place in self.places.get().iter().flat_map(|places| places.iter()) {
            *place.lock() = Default::default();
        }
    }
}

impl Noted {
    fn new(hit: &Acquisition<'_>, decision: Decision, at: Timestamp, holds: Duration) -> Self {
        let holds = u64::try_from(holds.as_nanos()).unwrap_or(u64::MAX);
        Self {
            key: hit.key.fingerprint(),
            policy: hit.policy.fingerprint(),
            cost: hit.cost,
            decision,
            at,
            until: Timestamp::from_nanos(at.as_nanos().saturating_add(holds)),
        }
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
            && noted.decision.limit() == hit.policy.quota().capacity()
    };
    place(places, key, policy).lock().iter().flatten().copied().find(is_asked)
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
