//! The counters of three strategies in two times 56 bits. Most of them fit.

use crate::{
    Decision, Quota, Strategy, Timestamp,
    strategy::{FixedWindow, SlidingWindow, TokenBucket},
};

/// How many bits there are for each of the two numbers.
pub(super) const BITS: u32 = 56;

/// Half of them: for each of two counts.
const HALF: u32 = BITS / 2;
const HALF_MASK: u64 = (1 << HALF) - 1;

/// A counter that packs into when it expires and what it counts.
pub(super) trait Packed: Sized {
    const STRATEGY: Strategy;

    /// What [`packed`](Self::packed) answered as it was.
    fn unpacked(expires_at: u64, what: u64, quota: &Quota) -> Self;

    /// When it expires, in nanoseconds, and what it counts; more than [`BITS`] if that doesn't fit.
    fn packed(&self, quota: &Quota) -> (u64, u64);

    /// Until when a later moment is like an earlier one, but for what has come back: what is allowed at the earlier
    /// one is allowed at the later one, and leaves the same behind.
    fn steady_until(&self, quota: &Quota) -> u64;

    /// Decides, and takes what is allowed.
    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision;
}

impl Packed for FixedWindow {
    const STRATEGY: Strategy = Strategy::FixedWindow;

    #[inline]
    fn unpacked(expires_at: u64, what: u64, _quota: &Quota) -> Self {
        Self::new(Timestamp::from_nanos(expires_at), what)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> (u64, u64) {
        (self.expires_at(quota).as_nanos(), self.count())
    }

    #[inline]
    fn steady_until(&self, quota: &Quota) -> u64 {
        self.expires_at(quota).as_nanos()
    }

    #[inline]
    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }
}

impl Packed for SlidingWindow {
    const STRATEGY: Strategy = Strategy::SlidingWindow;

    #[inline]
    fn unpacked(expires_at: u64, what: u64, quota: &Quota) -> Self {
        let (current, previous) = (what >> HALF, what & HALF_MASK);
        // One window later it is the previous one, and after another it is gone.
        let windows = if current > 0 { 2 } else { 1 };
        let start = expires_at.saturating_sub(windows * quota.limit().window_nanos());
        Self::new(Timestamp::from_nanos(start), current, previous)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> (u64, u64) {
        let fits = self.current() <= HALF_MASK && self.previous() <= HALF_MASK;
        let what = if fits { self.current() << HALF | self.previous() } else { u64::MAX };
        (self.expires_at(quota).as_nanos(), what)
    }

    #[inline]
    fn steady_until(&self, quota: &Quota) -> u64 {
        self.start().as_nanos().saturating_add(quota.limit().window_nanos())
    }

    #[inline]
    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }
}

impl Packed for TokenBucket {
    const STRATEGY: Strategy = Strategy::TokenBucket;

    #[inline]
    fn unpacked(expires_at: u64, what: u64, _quota: &Quota) -> Self {
        // A fraction of a nanosecond is rounded up for the time of expiry.
        Self::new(Timestamp::from_nanos(expires_at.saturating_sub(u64::from(what > 0))), what)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> (u64, u64) {
        (self.expires_at(quota).as_nanos(), self.fraction())
    }

    #[inline]
    fn steady_until(&self, _quota: &Quota) -> u64 {
        self.full_at().as_nanos()
    }

    #[inline]
    fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        self.acquire(quota, cost, now)
    }
}
