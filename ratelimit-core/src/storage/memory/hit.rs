//! A batch of one, as most are: by the coarse clock where that is enough, else by the exact one.

use super::{
    id::Id,
    packed::Packed,
    shard::Shard,
    slot::{Slot, kind},
    standing::Standing,
};
use crate::{
    Acquisition, Decision, Key, Policy, Quota, Timestamp,
    clock::LAG,
    strategy::{FixedWindow, SlidingWindow, TokenBucket},
};

impl Shard {
    /// Charges a counter that would allow it at every moment since `recent`, and come to stand alike; `None` if there
    /// is no such counter. `recent` is a moment up to [`LAG`] ago.
    ///
    /// Reading the exact time takes longer than all the rest. It is needed to begin a window, to fill a bucket up and
    /// to refuse; for a hit that is allowed in a window that has begun and isn't about to end it makes no difference
    /// but to what is told: so much is left, and comes back then, as of `recent`.
    #[inline]
    pub(super) fn acquire_at_any_time(
        &mut self,
        policy: &Policy,
        key: &Key,
        cost: u64,
        recent: Timestamp,
    ) -> Option<Decision> {
        let recent = self.tick(recent);
        let slot = self.slot_of(Id::new(policy, key))?;
        let quota = policy.quota();
        // One branch for each strategy, so that each is compiled for itself.
        match slot.unrefused_kind() {
            kind::FIXED => take::<FixedWindow>(slot, quota, cost, recent),
            kind::SLIDING => take::<SlidingWindow>(slot, quota, cost, recent),
            kind::BUCKET => take::<TokenBucket>(slot, quota, cost, recent),
            _ => None,
        }
    }

    /// Charges a batch of one.
    #[inline(never)]
    pub(super) fn acquire(&mut self, policy: &Policy, key: &Key, cost: u64, now: Timestamp) -> Decision {
        let hit = Acquisition { policy, key, cost };
        match self.find(Id::new(policy, key)) {
            Some(position) => self.acquire_known(position, &hit, now),
            None => self.acquire_new(&hit, now),
        }
    }

    fn acquire_known(&mut self, position: usize, hit: &Acquisition<'_>, now: Timestamp) -> Decision {
        let decision = self.decide(Some(position), hit.policy, hit.cost, now);
        if !decision.is_allowed() {
            self.note_refusal(Some(position), &decision, now);
        } else if hit.cost > 0 {
            self.charge(position, hit, &decision, now);
        }
        self.sweep(now);
        decision
    }

    fn acquire_new(&mut self, hit: &Acquisition<'_>, now: Timestamp) -> Decision {
        let decision = self.decide(None, hit.policy, hit.cost, now);
        if decision.is_allowed() && hit.cost > 0 {
            self.sweep(now);
            self.insert(hit, &decision, now, |_| false);
        }
        decision
    }
}

/// See [`Shard::acquire_at_any_time`].
#[inline]
fn take<C: Packed>(slot: &mut Slot, quota: &Quota, cost: u64, recent: Timestamp) -> Option<Decision> {
    let mut counter: C = slot.counter(quota);
    if counter.steady_until(quota) <= recent.as_nanos().saturating_add(LAG) {
        return None;
    }
    let decision = counter.acquire(quota, cost, recent);
    let is_kept =
        |slot: &mut Slot| slot.keep(&counter, quota, Standing::after_taking(&decision, quota, recent));
    (decision.is_allowed() && (cost == 0 || is_kept(slot))).then_some(decision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limit, Strategy, storage::memory::testing::seconds};

    /// Where the coarse time would matter, the exact one is asked.
    #[test]
    fn the_exact_time_is_read_to_begin_and_to_refuse() {
        for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::TokenBucket] {
            let limit = Limit::new(3, std::time::Duration::from_mins(1)).expect("a limit");
            let policy = Policy::new(Quota::new(limit, strategy), "test", ["counter"]);
            let key = Key::from("alice");
            let mut shard = Shard::new(10);
            let at_any_time = [100, 101, 102, 103].map(|second| {
                let decision = shard.acquire_at_any_time(&policy, &key, 1, seconds(second));
                let _ = decision.unwrap_or_else(|| shard.acquire(&policy, &key, 1, seconds(second)));
                decision.map(|decision| decision.remaining())
            });
            assert_eq!(at_any_time, [None, Some(1), Some(0), None], "{strategy}");
        }
    }
}
