//! One counter as the table holds it.

use crate::{Acquisition, Decision, Key, Policy, Receipt, Timestamp, strategy::State};

/// Which counter an entry is: the fingerprints of its key and of its policy.
///
/// Fingerprints are hashes under a secret of the process, so nobody outside can pick two that are
/// equal; by accident, two of a million keys meet in one of some forty million storages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id {
    key: u64,
    policy: u64,
}

impl Id {
    pub(super) fn new(policy: &Policy, key: &Key) -> Self {
        Self { key: key.fingerprint(), policy: policy.fingerprint() }
    }

    pub(super) fn of(acquisition: &Acquisition<'_>) -> Self {
        Self::new(acquisition.policy, acquisition.key)
    }

    /// Where the table looks; both halves are hashes already.
    pub(super) fn hash(self) -> u64 {
        self.key ^ self.policy
    }
}

/// How a client stands with its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Something is left to take; this many eighths are used.
    Free(u8),
    /// Nothing is left until then, but nobody was turned away.
    Exhausted(Timestamp),
    /// Somebody was turned away, and rightly so until then.
    Refused(Timestamp),
}

impl Standing {
    /// How a client stands that was left with what `decision` says.
    fn after_taking(decision: &Decision, now: Timestamp) -> Self {
        let (limit, left) = (decision.limit(), decision.remaining());
        if left == 0 {
            return Self::Exhausted(now.plus(decision.reset_after()));
        }
        let eighths = limit.saturating_sub(left).saturating_mul(8) / limit.max(1);
        Self::Free(u8::try_from(eighths).unwrap_or(8))
    }
}

/// One counter. The key itself is not kept.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: Id,
    namespace: u64,
    state: State,
    expires_at: Timestamp,
    standing: Standing,
}

impl Entry {
    /// A counter that nothing was taken from yet.
    pub(super) fn new(acquisition: &Acquisition<'_>, now: Timestamp) -> Self {
        Self {
            id: Id::of(acquisition),
            namespace: acquisition.policy.namespace_fingerprint(),
            state: State::new(acquisition.policy.quota().strategy()),
            expires_at: now,
            standing: Standing::Free(0),
        }
    }

    pub(super) fn decide(&self, policy: &Policy, cost: u64, now: Timestamp) -> Decision {
        self.state.decide(policy.quota(), cost, now)
    }

    /// Takes what `decision` allowed.
    pub(super) fn charge(&mut self, acquisition: &Acquisition<'_>, decision: &Decision, now: Timestamp) {
        let quota = acquisition.policy.quota();
        self.state.charge(quota, acquisition.cost, now);
        self.expires_at = self.state.expires_at(quota);
        // Who was refused more than is left stays refused it when less is granted.
        if !self.is_refused(now) {
            self.standing = Standing::after_taking(decision, now);
        }
    }

    /// Notes that `decision` turned the client away; of several refusals the longest counts. A cost
    /// that can never pass says nothing about the client, so it is not noted.
    pub(super) fn note_refusal(&mut self, decision: &Decision, now: Timestamp) {
        let Some(wait) = decision.retry_after() else { return };
        let until = now.plus(wait);
        self.standing = match self.standing {
            Standing::Refused(longer) if longer > until => Standing::Refused(longer),
            _ => Standing::Refused(until),
        };
    }

    /// Gives a charge back, and with it the good standing if anything is left again.
    pub(super) fn refund(&mut self, policy: &Policy, cost: u64, receipt: Receipt, now: Timestamp) {
        let quota = policy.quota();
        self.state.refund(quota, cost, receipt, now);
        self.expires_at = self.state.expires_at(quota);
        let left = self.state.decide(quota, 0, now);
        if left.remaining() > 0 {
            self.standing = Standing::after_taking(&left, now);
        }
    }

    /// Whether the counter tells nothing any more: it decides as a new one would.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing
    }

    pub(super) fn is_of_key(&self, namespace: u64, key: &Key) -> bool {
        self.id.key == key.fingerprint() && self.is_in(namespace)
    }

    pub(super) fn is_in(&self, namespace: u64) -> bool {
        self.namespace == namespace
    }

    fn is_refused(&self, now: Timestamp) -> bool {
        matches!(self.standing, Standing::Refused(until) if until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::memory::testing::{policy, seconds};

    #[test]
    fn standing_follows_what_is_left() {
        let policy = policy("2/minute");
        let key = Key::from("alice");
        let hit = Acquisition { policy: &policy, key: &key, cost: 1 };
        let mut entry = Entry::new(&hit, seconds(0));
        let mut receipt = Receipt::default();
        for standing in [Standing::Free(4), Standing::Exhausted(seconds(60))] {
            let decision = entry.decide(&policy, 1, seconds(0));
            entry.charge(&hit, &decision, seconds(0));
            assert_eq!(entry.standing(), standing);
            receipt = decision.receipt();
        }
        let refusal = entry.decide(&policy, 1, seconds(20));
        entry.note_refusal(&refusal, seconds(20));
        assert_eq!(entry.standing(), Standing::Refused(seconds(60)));

        entry.refund(&policy, 1, receipt, seconds(30));
        assert_eq!(entry.standing(), Standing::Free(4));
    }

    #[test]
    fn a_cost_that_never_passes_says_nothing_about_the_client() {
        let policy = policy("2/minute");
        let key = Key::from("alice");
        let hit = Acquisition { policy: &policy, key: &key, cost: 3 };
        let mut entry = Entry::new(&hit, seconds(0));
        let refusal = entry.decide(&policy, 3, seconds(0));
        assert!(!refusal.is_allowed());
        entry.note_refusal(&refusal, seconds(0));
        assert_eq!(entry.standing(), Standing::Free(0));
    }

    #[test]
    fn a_counter_expires_when_it_decides_as_a_new_one() {
        let policy = policy("2/minute");
        let key = Key::from("alice");
        let hit = Acquisition { policy: &policy, key: &key, cost: 1 };
        let mut entry = Entry::new(&hit, seconds(0));
        let decision = entry.decide(&policy, 1, seconds(0));
        entry.charge(&hit, &decision, seconds(0));
        assert!(!entry.is_expired(seconds(59)));
        assert!(entry.is_expired(seconds(60)));
    }
}
