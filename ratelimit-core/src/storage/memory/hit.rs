//! A batch of one, as most are: by the coarse clock where that is enough, else by the exact one.

use super::{super::time::Time, id::Id, packed::Pack, shard::Shard};
use crate::{
    Acquisition, Decision, Key, Policy, Strategy, Timestamp,
    strategy::{FixedWindow, SlidingWindow, TokenBucket},
};

impl Shard {
    /// Charges a counter, at `recent` if it would be allowed at every moment since and come to stand alike. `recent` is
    /// a moment up to [`LAG`](crate::clock::LAG) ago.
    ///
    /// Reading the exact time takes longer than all the rest. It is needed to begin a window, to fill a bucket up, to
    /// use all up and to refuse; for a hit that is allowed in a window that has begun and isn't about to end it makes
    /// no difference but to what is told: so much is left, and comes back then, as of `recent`.
    #[inline]
    pub(super) fn hit(
        &mut self,
        policy: &Policy,
        key: &Key,
        cost: u64,
        recent: Timestamp,
        time: &Time,
    ) -> Decision {
        let recent = self.tick(recent).as_nanos();
        if cost == 0 {
            return self.hit_exactly(policy, key, cost, time);
        }
        // One branch for each strategy, so that each is compiled for itself.
        match policy.quota().strategy() {
            Strategy::FixedWindow => self.hit_under::<FixedWindow>(policy, key, cost, recent, time),
            Strategy::SlidingWindow => self.hit_under::<SlidingWindow>(policy, key, cost, recent, time),
            Strategy::TokenBucket => self.hit_under::<TokenBucket>(policy, key, cost, recent, time),
            _ => self.hit_exactly(policy, key, cost, time),
        }
    }

    #[inline]
    fn hit_under<C: Pack>(
        &mut self,
        policy: &Policy,
        key: &Key,
        cost: u64,
        recent: u64,
        time: &Time,
    ) -> Decision {
        if let Some(slot) = self.near(Id::new(policy, key).place)
            && let Some(counter) = slot.unrefused::<C>(policy.tag())
            && let Some(taken) = C::take_plainly(counter, policy.quota(), cost, recent)
        {
            slot.keep::<C>(policy, &taken);
            return taken.decision;
        }
        self.hit_elsewhere::<C>(policy, key, cost, recent, time)
    }

    /// The same for a slot that is far from its home, and for what is not so plain. Apart from the others, as is
    /// [`hit_exactly`](Self::hit_exactly): so they come to need few registers.
    #[inline(never)]
    fn hit_elsewhere<C: Pack>(
        &mut self,
        policy: &Policy,
        key: &Key,
        cost: u64,
        recent: u64,
        time: &Time,
    ) -> Decision {
        let position = self.find(Id::new(policy, key));
        if let Some(slot) = position.and_then(|position| self.get_mut(position))
            && let Some(counter) = slot.unrefused::<C>(policy.tag())
            && let Some(taken) = C::take(counter, policy.quota(), cost, recent)
        {
            slot.keep::<C>(policy, &taken);
            return taken.decision;
        }
        self.acquire_at(position, &Acquisition { policy, key, cost }, time.now())
    }

    #[inline(never)]
    fn hit_exactly(&mut self, policy: &Policy, key: &Key, cost: u64, time: &Time) -> Decision {
        self.acquire(&Acquisition { policy, key, cost }, time.now())
    }

    /// Charges a batch of one.
    pub(super) fn acquire(&mut self, hit: &Acquisition<'_>, now: Timestamp) -> Decision {
        self.acquire_at(self.find(Id::of(hit)), hit, now)
    }

    fn acquire_at(&mut self, position: Option<usize>, hit: &Acquisition<'_>, now: Timestamp) -> Decision {
        match position {
            Some(position) => self.acquire_known(position, hit, now),
            None => self.acquire_new(hit, now),
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::{
        Clock, Limit, Quota,
        storage::memory::{
            standing::Standing,
            testing::{policy, seconds},
        },
    };

    /// A clock that counts how often it is asked for the exact time.
    #[derive(Debug, Default)]
    struct Counting {
        now: AtomicU64,
        asked: AtomicU64,
    }

    impl Clock for Counting {
        fn now(&self) -> Timestamp {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Timestamp::from_nanos(self.now.load(Ordering::Relaxed))
        }

        fn recent(&self) -> Timestamp {
            Timestamp::from_nanos(self.now.load(Ordering::Relaxed))
        }

        fn unix_time(&self) -> std::time::Duration {
            std::time::Duration::ZERO
        }
    }

    #[test]
    fn the_exact_time_is_read_to_begin_to_use_up_and_to_refuse() {
        for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::TokenBucket] {
            let limit = Limit::new(3, std::time::Duration::from_mins(1)).expect("a limit");
            let policy = Policy::new(Quota::new(limit, strategy), "test", ["counter"]);
            let key = Key::from("alice");
            let clock = std::sync::Arc::new(Counting::default());
            let time = Time::new(clock.clone());
            let mut shard = Shard::new(10);
            let asked = [100, 101, 102, 103].map(|second| {
                clock.now.store(seconds(second).as_nanos(), Ordering::Relaxed);
                let before = clock.asked.load(Ordering::Relaxed);
                let _ = shard.hit(&policy, &key, 1, time.recent(), &time);
                clock.asked.load(Ordering::Relaxed) - before
            });
            assert_eq!(asked, [1, 0, 1, 1], "{strategy}");
        }
    }

    /// The rates of which a token takes no whole number of nanoseconds, too.
    #[test]
    fn the_exact_time_is_seldom_read_at_any_rate() {
        for limit in ["1000/minute", "700/minute", "300/second", "30/second", "7/minute"] {
            let quota = Quota::new(limit.parse().expect("a limit"), Strategy::TokenBucket);
            let policy = Policy::new(quota.with_burst(1_000).expect("a burst"), "test", ["counter"]);
            let (clock, key) = (std::sync::Arc::new(Counting::default()), Key::from("alice"));
            clock.now.store(seconds(100).as_nanos(), Ordering::Relaxed);
            let time = Time::new(clock.clone());
            let mut shard = Shard::new(10);
            for _ in 0..100 {
                let _ = shard.hit(&policy, &key, 1, time.recent(), &time);
            }
            let asked = clock.asked.load(Ordering::Relaxed);
            assert!(asked < 20, "{limit}: {asked} times"); // until more is owed than comes back in a tick
        }
    }

    #[test]
    fn a_look_under_another_amount_changes_nothing() {
        let time = Time::new(std::sync::Arc::new(Counting::default()));
        let [low, high] = ["2/minute", "1000/minute"].map(policy);
        let key = Key::from("alice");
        let mut shard = Shard::new(10);
        for (policy, cost) in [(&low, 2), (&high, 0)] {
            let _ = shard.hit(policy, &key, cost, time.recent(), &time);
        }
        let standing = shard.near(Id::new(&low, &key).place).expect("a counter").standing();
        assert!(matches!(standing, Standing::Exhausted(_)), "{standing:?}");
    }
}
