//! The counters of three strategies in two numbers. Nearly all fit.

use crate::{
    Decision, Quota, Strategy, Timestamp,
    strategy::{FixedWindow, SlidingWindow, TokenBucket},
};

/// A counter that packs into when it expires and what it counts.
pub(super) trait Packed: Sized {
    const STRATEGY: Strategy;

    /// What [`packed`](Self::packed) answered as it was.
    fn unpacked(expires_at: u64, what: u64, quota: &Quota) -> Self;

    /// When it expires, in nanoseconds, and what it counts; `None` if it doesn't fit.
    fn packed(&self, quota: &Quota) -> Option<(u64, u64)>;

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
    fn packed(&self, quota: &Quota) -> Option<(u64, u64)> {
        Some((self.expires_at(quota).as_nanos(), self.count()))
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
        let (current, previous) = (what >> 32, what & u64::from(u32::MAX));
        // One window later it is the previous one, and after another it is gone.
        let windows = if current > 0 { 2 } else { 1 };
        let start = expires_at.saturating_sub(windows * quota.limit().window_nanos());
        Self::new(Timestamp::from_nanos(start), current, previous)
    }

    #[inline]
    fn packed(&self, quota: &Quota) -> Option<(u64, u64)> {
        let expires_at = self.expires_at(quota).as_nanos();
        // At the end of time the start can't be told from it any more.
        let fits = (self.current() | self.previous()) >> 32 == 0 && expires_at < u64::MAX;
        fits.then_some((expires_at, self.current() << 32 | self.previous()))
    }

    #[inline]
    fn steady_until(&self, quota: &Quota) -> u64 {
        if self.current() | self.previous() == 0 {
            // No window has begun, whenever it would have.
            return 0;
        }
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
    fn packed(&self, quota: &Quota) -> Option<(u64, u64)> {
        Some((self.expires_at(quota).as_nanos(), self.fraction()))
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
