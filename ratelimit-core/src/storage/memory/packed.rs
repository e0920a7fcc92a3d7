//! The counters of three strategies in two numbers. Nearly all fit.

use crate::{
    Decision, Quota, Receipt, Strategy, Timestamp,
    clock::LAG,
    quota::EvenRate,
    strategy::{FixedWindow, SlidingWindow, TokenBucket, arithmetic::divided},
};

/// A counter in two numbers: when it expires, in nanoseconds, and what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) expires_at: u64,
    pub(super) what: u64,
}

/// A counter that can be packed.
pub(super) trait Pack: Sized {
    const STRATEGY: Strategy;

    /// What was packed, as it was.
    fn unpacked(packed: Packed, quota: &Quota) -> Self;

    /// `None` if it doesn't fit.
    fn packed(&self, quota: &Quota) -> Option<Packed>;

    /// Until when a later moment is like an earlier one, but for what has come back: what is allowed at the earlier
    /// one is allowed at the later one, and leaves the same behind.
    fn steady_until(&self, quota: &Quota) -> u64;

    /// Decides, and takes what is allowed.
    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision;

    /// Takes `cost`, which is not 0, from a packed counter, if it is allowed at `recent` and at every moment up to
    /// [`LAG`] later, comes to the same at all of them, and leaves something to take.
    fn take(packed: Packed, quota: &Quota, cost: u64, recent: u64) -> Option<Taken> {
        let mut counter = Self::unpacked(packed, quota);
        ahead(counter.steady_until(quota), recent)?;
        let decision = counter.acquire(quota, cost, Timestamp::from_nanos(recent));
        if !decision.is_allowed() || decision.remaining() == 0 {
            return None;
        }
        let used = quota.capacity() - decision.remaining();
        counter.packed(quota).map(|packed| Taken { packed, used, decision })
    }

    /// The same where the strategy's rule needs none of its exceptions, for a third of the price; `None` elsewhere.
    fn take_plainly(packed: Packed, quota: &Quota, cost: u64, recent: u64) -> Option<Taken>;
}

/// What came of taking.
pub(super) struct Taken {
    pub(super) packed: Packed,
    /// How much of the capacity is gone.
    pub(super) used: u64,
    pub(super) decision: Decision,
}

impl Taken {
    /// So much of the capacity is used then, but not all of it.
    #[inline]
    fn new(packed: Packed, quota: &Quota, used: u64, reset_after: u64, recent: u64) -> Self {
        let remaining = quota.capacity() - used;
        let (charged_at, full_at) = (Timestamp::from_nanos(recent), Timestamp::from_nanos(packed.expires_at));
        let receipt = Receipt { charged_at, full_at };
        Self { packed, used, decision: Decision::allowed(quota.capacity(), remaining, reset_after, receipt) }
    }
}

impl Pack for FixedWindow {
    const STRATEGY: Strategy = Strategy::FixedWindow;

    #[inline]
    fn unpacked(packed: Packed, _quota: &Quota) -> Self {
        Self::new(Timestamp::from_nanos(packed.expires_at), packed.what)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> Option<Packed> {
        Some(Packed { expires_at: self.expires_at(quota).as_nanos(), what: self.count() })
    }

    fn steady_until(&self, quota: &Quota) -> u64 {
        self.expires_at(quota).as_nanos()
    }

    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }

    /// In any window.
    #[inline]
    fn take_plainly(packed: Packed, quota: &Quota, cost: u64, recent: u64) -> Option<Taken> {
        let reset_after = ahead(packed.expires_at, recent)?;
        let count = with_some_left(quota, packed.what, cost)?;
        let packed = Packed { what: count, ..packed };
        Some(Taken::new(packed, quota, count, reset_after, recent))
    }
}

impl Pack for SlidingWindow {
    const STRATEGY: Strategy = Strategy::SlidingWindow;

    #[inline]
    fn unpacked(packed: Packed, quota: &Quota) -> Self {
        let (current, previous) = counts(packed.what);
        // One window later it is the previous one, and after another it is gone.
        let windows = if current > 0 { 2 } else { 1 };
        let start = packed.expires_at.saturating_sub(windows * quota.limit().window_nanos());
        Self::new(Timestamp::from_nanos(start), current, previous)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> Option<Packed> {
        let expires_at = self.expires_at(quota).as_nanos();
        // At the end of time the start can't be told from it any more.
        let fits = (self.current() | self.previous()) >> CURRENT == 0 && expires_at < u64::MAX;
        fits.then_some(Packed { expires_at, what: self.current() << CURRENT | self.previous() })
    }

    fn steady_until(&self, quota: &Quota) -> u64 {
        if self.current() | self.previous() == 0 {
            return 0; // no window has begun, whenever it would have
        }
        self.start().as_nanos().saturating_add(quota.limit().window_nanos())
    }

    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }

    /// In a window before which there was none.
    #[inline]
    fn take_plainly(packed: Packed, quota: &Quota, cost: u64, recent: u64) -> Option<Taken> {
        // The window after this one is the last in which what was taken is in sight.
        let end = packed.expires_at.checked_sub(quota.limit().window_nanos())?;
        let until_end = ahead(end, recent)?;
        let (current, previous) = counts(packed.what);
        if previous > 0 {
            return None;
        }
        let used = with_some_left(quota, current, cost)?;
        let what = packed.what.checked_add(cost.checked_mul(1 << CURRENT)?)?;
        // All of it stays in sight until the end of this window, and the first of it is gone a nanosecond later.
        Some(Taken::new(Packed { what, ..packed }, quota, used, until_end + 1, recent))
    }
}

/// Where the count of the current window begins, after that of the one before.
const CURRENT: u32 = 32;

/// The counts of the current window and of the one before.
#[inline]
fn counts(what: u64) -> (u64, u64) {
    (what >> CURRENT, what & ((1 << CURRENT) - 1))
}

impl Pack for TokenBucket {
    const STRATEGY: Strategy = Strategy::TokenBucket;

    #[inline]
    fn unpacked(packed: Packed, _quota: &Quota) -> Self {
        // A fraction of a nanosecond is rounded up for the time of expiry.
        let full_at = packed.expires_at.saturating_sub(u64::from(packed.what > 0));
        Self::new(Timestamp::from_nanos(full_at), packed.what)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> Option<Packed> {
        Some(Packed { expires_at: self.expires_at(quota).as_nanos(), what: self.fraction() })
    }

    fn steady_until(&self, _quota: &Quota) -> u64 {
        self.full_at().as_nanos()
    }

    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }

    /// Where all is in whole nanoseconds.
    #[inline]
    fn take_plainly(packed: Packed, quota: &Quota, cost: u64, recent: u64) -> Option<Taken> {
        let EvenRate { token, reciprocal, depth } = *quota.even_rate();
        let debt = ahead(packed.expires_at, recent)?;
        if packed.what > 0 {
            return None;
        }
        let taken = cost.checked_mul(token)?;
        // Where the rate is not even there is no depth.
        let free = depth.checked_sub(debt.checked_add(taken)?)?;
        let (remaining, rest) = divided(free, token, reciprocal);
        if remaining == 0 {
            return None;
        }
        let packed = Packed { expires_at: packed.expires_at.checked_add(taken)?, ..packed };
        Some(Taken::new(packed, quota, quota.capacity() - remaining, token - rest, recent))
    }
}

/// How far ahead a moment is, if later than everything that may be taken for `recent`.
#[inline]
fn ahead(moment: u64, recent: u64) -> Option<u64> {
    let ahead = moment.checked_sub(recent)?;
    if ahead <= LAG {
        return None;
    }
    Some(ahead)
}

/// What is used of the capacity with `cost` more, if not all of it.
#[inline]
fn with_some_left(quota: &Quota, used: u64, cost: u64) -> Option<u64> {
    if used >= quota.capacity().saturating_sub(cost) {
        return None;
    }
    Some(used + cost)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{Limit, Strategy, strategy::State};

    /// Plays hits on a counter that is taken from packed wherever that may be, and on one that never is; answers how
    /// often it was.
    fn play<C: Pack>(
        quota: &Quota,
        hits: &[(u64, u64)],
        state: impl Fn(C) -> State,
    ) -> Result<usize, TestCaseError> {
        let mut exact = State::new(C::STRATEGY);
        let mut packed = Packed { expires_at: 0, what: 0 };
        let (mut now, mut plain) = (1 << 40, 0);
        for &(cost, pause) in hits {
            now += pause;
            let taken = C::take(packed, quota, cost, now);
            if let Some(plainly) = C::take_plainly(packed, quota, cost, now) {
                let taken = taken.as_ref().expect("what is taken plainly is taken");
                prop_assert_eq!(
                    (plainly.packed, plainly.used, plainly.decision),
                    (taken.packed, taken.used, taken.decision)
                );
            }
            let mut later = exact.clone();
            let decision_later = later.acquire(quota, cost, Timestamp::from_nanos(now + LAG));
            let decision = exact.acquire(quota, cost, Timestamp::from_nanos(now));
            if let Some(taken) = taken {
                prop_assert_eq!(taken.decision, decision);
                prop_assert_eq!(taken.used, quota.capacity() - decision.remaining());
                prop_assert!(decision.remaining() > 0);
                prop_assert!(decision_later.is_allowed() && later == exact, "the exact time would matter");
                packed = taken.packed;
                plain += 1;
                prop_assert_eq!(&state(C::unpacked(packed, quota)), &exact);
            } else {
                let Some(counter) = pack(&exact, quota) else { return Ok(plain) };
                packed = counter;
            }
        }
        Ok(plain)
    }

    fn pack(state: &State, quota: &Quota) -> Option<Packed> {
        match state {
            State::FixedWindow(window) => window.packed(quota),
            State::SlidingWindow(windows) => windows.packed(quota),
            State::TokenBucket(bucket) => bucket.packed(quota),
            State::MovingWindow(_) => None,
        }
    }

    fn quota(strategy: Strategy, amount: u64, window: u64) -> Quota {
        Quota::new(Limit::new(amount, Duration::from_nanos(window)).expect("a window"), strategy)
    }

    proptest! {
        #[test]
        fn what_is_taken_from_packed_counters_is_what_is_taken(
            amount in 0..200_u64, interval in 1..10_000_000_000_u64, uneven in 0..3_u64, burst in 1..300_u64,
            hits in prop::collection::vec((1..4_u64, prop_oneof![0..50_000_000_u64, 0..20_000_000_000_u64]), 1..80),
        ) {
            let window = amount.max(1) * interval + uneven;
            play::<FixedWindow>(&quota(Strategy::FixedWindow, amount, window), &hits, State::FixedWindow)?;
            play::<SlidingWindow>(&quota(Strategy::SlidingWindow, amount, window), &hits, State::SlidingWindow)?;
            let bucket = quota(Strategy::TokenBucket, amount, window).with_burst(burst).expect("a burst");
            play::<TokenBucket>(&bucket, &hits, State::TokenBucket)?;
        }
    }

    #[test]
    fn most_hits_are_plain() {
        let hits = [(1, 1_000_000); 100];
        let minute = 60_000_000_000;
        let [uneven, quota] = [700, 1_000].map(|amount| move |strategy| quota(strategy, amount, minute));
        let plain = [
            play::<FixedWindow>(&quota(Strategy::FixedWindow), &hits, State::FixedWindow),
            play::<SlidingWindow>(&quota(Strategy::SlidingWindow), &hits, State::SlidingWindow),
            play::<TokenBucket>(&quota(Strategy::TokenBucket), &hits, State::TokenBucket),
            play::<TokenBucket>(&uneven(Strategy::TokenBucket), &hits, State::TokenBucket),
        ];
        // The first begins the window, or takes from a full bucket.
        assert_eq!(plain.map(|plain| plain.expect("no disagreement")), [99; 4]);
    }

    #[test]
    fn what_does_not_fit_is_not_taken_from() {
        let quota = quota(Strategy::SlidingWindow, u64::MAX, 1 << 40);
        let packed = Packed { expires_at: 1 << 42, what: u64::MAX << CURRENT };
        assert!(SlidingWindow::take(packed, &quota, 1, 1 << 41).is_none());
        assert!(SlidingWindow::take(packed, &quota, u64::MAX, 1 << 41).is_none());
    }
}
