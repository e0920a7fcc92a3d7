//! Sliding window counter: two counts that stand for a window which moves with the clock.
//!
//! # The rule
//! The first hit starts a window; when it ends, its count becomes the previous one and the next window
//! follows at once. The moving window that ends now covers all of the current window and a part of
//! the previous one; hits are taken to be spread evenly, so that part of the previous count is in
//! sight. A cost passes if
//!
//! ```text
//! ⌊previous × (window − elapsed) / window⌋ + current + cost ≤ amount
//! ```
//!
//! where `elapsed` is the age of the current window. After two windows without a hit the counter is
//! untouched, and the next hit starts anew. This is the rule of the Python library `limits`, and the
//! approximation Cloudflare described in "How we built rate limiting capable of scaling to millions of
//! domains" (2017).
//!
//! ```
//! use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
//!
//! let at = |seconds: u64| Timestamp::from_nanos(seconds * 1_000_000_000);
//! let quota = Quota::new("100/minute".parse()?, Strategy::SlidingWindow);
//! let mut state = State::new(Strategy::SlidingWindow);
//!
//! state.charge(&quota, 40, at(0)); // the windows are 0 s to 60 s and 60 s to 120 s
//! state.charge(&quota, 80, at(80));
//!
//! assert!(!state.decide(&quota, 1, at(90)).is_allowed()); // 40 × 30/60 + 80 = 100
//! assert!(state.decide(&quota, 1, at(100)).is_allowed()); // ⌊40 × 20/60⌋ + 80 = 93
//! # Ok::<(), ratelimit_core::ParseLimitError>(())
//! ```
//!
//! # Pitfalls
//! It is an estimate: hits bunched at the end of the previous window are forgiven as early as if they
//! had been spread, so a true moving window may see more than the amount, and hits bunched at its
//! start are held against the client longer. The rounding favours the client by less than one unit.
//! Where exactness matters, take [`MovingWindow`](super::MovingWindow).

use super::{
    arithmetic::{multiplied_and_divided, saturated, until},
    standing::Standing,
};
use crate::{Decision, Quota, Receipt, Timestamp};

/// The counts of the current window and of the one before.
///
/// Untouched when both counts are 0; then `start` is 0 too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlidingWindow {
    /// When the current window started, in nanoseconds.
    start: u64,
    current: u64,
    previous: u64,
}

impl SlidingWindow {
    /// The window that started at `start` with `current` in it, after one with `previous` in it, as they
    /// were kept elsewhere; untouched if both are 0.
    #[must_use]
    pub fn new(start: Timestamp, current: u64, previous: u64) -> Self {
        Self { start: start.as_nanos(), current, previous }.or_untouched()
    }

    /// When the current window started.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        Timestamp::from_nanos(self.start)
    }

    /// How much was taken in the current window.
    #[must_use]
    pub fn current(&self) -> u64 {
        self.current
    }

    /// How much was taken in the window before it.
    #[must_use]
    pub fn previous(&self) -> u64 {
        self.previous
    }

    /// What asking for `cost` comes to; changes nothing.
    pub fn decide(&self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        View::new(*self, quota, now).decide(cost)
    }

    /// Decides, and takes what is allowed.
    #[inline]
    pub(crate) fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        let (decision, after) = View::new(*self, quota, now).take(cost);
        if cost > 0 && decision.is_allowed() {
            *self = after.windows;
        }
        decision
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        if cost > 0 {
            *self = View::new(*self, quota, now).charged(cost).windows;
        }
    }

    /// Gives `cost` back to the window it was charged to, if that is still in sight.
    pub fn refund(&mut self, quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        let length = quota.limit().window_nanos();
        let charged_at = receipt.charged_at.as_nanos();
        let mut windows = self.at(length, now.as_nanos());
        if charged_at >= windows.start {
            windows.current = windows.current.saturating_sub(cost);
        } else if charged_at >= windows.start.saturating_sub(length) {
            windows.previous = windows.previous.saturating_sub(cost);
        }
        *self = windows.or_untouched();
    }

    /// When the current window has gone through being the previous one.
    #[must_use]
    pub fn expires_at(&self, quota: &Quota) -> Timestamp {
        Timestamp::from_nanos(self.out_of_sight(quota.limit().window_nanos()))
    }

    /// When nothing of the windows is in sight any more.
    fn out_of_sight(&self, length: u64) -> u64 {
        match (self.current, self.previous) {
            (0, 0) => 0,
            (0, _) => self.start.saturating_add(length),
            _ => self.start.saturating_add(length).saturating_add(length),
        }
    }

    /// The windows as they lie at `now`.
    fn at(self, length: u64, now: u64) -> Self {
        // A `now` before the start, which racing threads can bring, is no age at all.
        let age = now.saturating_sub(self.start);
        if age < length {
            self
        } else if age - length < length {
            Self { start: self.start.saturating_add(length), current: 0, previous: self.current }
                .or_untouched()
        } else {
            Self::default()
        }
    }

    /// Windows of which nothing is left are forgotten, so that the next hit starts anew.
    fn or_untouched(self) -> Self {
        if self.current == 0 && self.previous == 0 { Self::default() } else { self }
    }
}

/// The windows as they lie now, as one quota sees them.
#[derive(Clone, Copy)]
struct View {
    windows: SlidingWindow,
    amount: u64,
    length: u64,
    now: u64,
}

impl View {
    fn new(windows: SlidingWindow, quota: &Quota, now: Timestamp) -> Self {
        let (length, now) = (quota.limit().window_nanos(), now.as_nanos());
        Self { windows: windows.at(length, now), amount: quota.limit().amount(), length, now }
    }

    /// The part of the previous window's count that is still in sight.
    fn in_sight(&self) -> u64 {
        let SlidingWindow { start, previous, .. } = self.windows;
        let left = self.length.saturating_sub(self.now.saturating_sub(start));
        // Most counters are in their first window, or in use so seldom that each is.
        if previous == 0 { 0 } else { multiplied_and_divided(previous, left, self.length) }
    }

    /// How far into a window at most `allowed` of the `count` of the window before it are in sight.
    ///
    /// `⌊count × left / length⌋ ≤ allowed` is `count × left ≤ (allowed + 1) × length − 1`, so the
    /// greatest `left` is a division rounded down.
    fn elapsed_until(&self, count: u64, allowed: u64) -> u64 {
        if count == 0 {
            return 0;
        }
        if allowed == count - 1 {
            return 1; // what each hit asks: it needs no division
        }
        let bound = allowed.checked_add(1).and_then(|more| more.checked_mul(self.length));
        let left = bound.map_or_else(
            || saturated(((u128::from(allowed) + 1) * u128::from(self.length) - 1) / u128::from(count)),
            |bound| (bound - 1) / count,
        );
        self.length.saturating_sub(left)
    }

    /// When `cost` is available, which is at most the amount.
    fn moment_when_free(&self, cost: u64) -> u128 {
        let SlidingWindow { start, current, previous } = self.windows;
        let (start, length) = (u128::from(start), u128::from(self.length));
        let elapsed_until = |count, allowed| u128::from(self.elapsed_until(count, allowed));
        let spare = self.amount.saturating_sub(cost);
        match spare.checked_sub(current) {
            // The previous window has to leave far enough; at worst it is gone when this one ends.
            Some(spare) => start + elapsed_until(previous, spare),
            // This window alone is too much: it has to become the previous one and leave in turn.
            None => start + length + elapsed_until(current, spare),
        }
    }
}

impl Standing for View {
    fn capacity(&self) -> u64 {
        self.amount
    }

    fn available(&self) -> u64 {
        self.amount.saturating_sub(self.in_sight()).saturating_sub(self.windows.current)
    }

    fn wait_for(&self, cost: u64) -> u64 {
        until(self.moment_when_free(cost), self.now)
    }

    fn charged(&self, cost: u64) -> Self {
        let SlidingWindow { start, current, previous } = self.windows;
        let start = if current == 0 && previous == 0 { self.now } else { start };
        Self { windows: SlidingWindow { start, current: current.saturating_add(cost), previous }, ..*self }
    }

    fn receipt(&self) -> Receipt {
        // Neither window shows anything then, whatever the amount; with a low one it may be so before.
        let full_at = self.windows.out_of_sight(self.length).max(self.now);
        // A charge is booked to the current window even if another thread has started it a little later.
        let charged_at = self.now.max(self.windows.start);
        Receipt { charged_at: Timestamp::from_nanos(charged_at), full_at: Timestamp::from_nanos(full_at) }
    }
}

#[cfg(test)]
mod tests;
