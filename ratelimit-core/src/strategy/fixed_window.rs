//! Fixed window: one count, and the moment it is forgotten.
//!
//! # The rule
//! The first hit starts a window; every hit in it adds its cost to one count, which may not exceed the
//! amount. When the window ends, the count is forgotten, and the next hit starts another. Windows are
//! not aligned to the wall clock, so clients don't all come back in the same second, and a counter
//! that nobody uses holds no window.
//!
//! ```
//! use std::time::Duration;
//! use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
//!
//! let at = |seconds: u64| Timestamp::from_nanos(seconds * 1_000_000_000);
//! let quota = Quota::new("2/minute".parse()?, Strategy::FixedWindow);
//! let mut state = State::new(Strategy::FixedWindow);
//!
//! state.charge(&quota, 1, at(10)); // the window is 10 s to 70 s
//! state.charge(&quota, 1, at(69));
//!
//! let refused = state.decide(&quota, 1, at(69));
//! assert_eq!(refused.retry_after(), Some(Duration::from_secs(1)));
//! assert_eq!(state.decide(&quota, 0, at(70)).remaining(), 2);
//! # Ok::<(), ratelimit_core::ParseLimitError>(())
//! ```
//!
//! # Pitfalls
//! A client that waits for a window's end can take twice the amount at once: all of it just before and
//! all of it just after. Where that hurts, take [`SlidingWindow`](super::SlidingWindow), which costs as
//! little.

use super::standing::Standing;
use crate::{Decision, Quota, Receipt, Timestamp};

/// The count of one window.
///
/// Untouched when `count` is 0; then `end` is 0 too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixedWindow {
    /// Nanoseconds; the window is over from then on.
    end: u64,
    count: u64,
}

impl FixedWindow {
    /// A window that ends at `end` with `count` in it, as it was kept elsewhere; untouched if that is 0.
    #[must_use]
    pub fn new(end: Timestamp, count: u64) -> Self {
        if count == 0 { Self::default() } else { Self { end: end.as_nanos(), count } }
    }

    /// How much was taken in the window.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
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
            *self = after.window;
        }
        decision
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        if cost > 0 {
            *self = self.at(now).plus(cost, quota.limit().window_nanos(), now);
        }
    }

    /// Gives `cost` back if the window it was charged to is still running. A window of which nothing is
    /// left is forgotten, as if it had never started.
    pub fn refund(&mut self, _quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        let window = self.at(now);
        // A window is known by its end: no two of one counter end together, as the next starts after it.
        if receipt.full_at.as_nanos() == window.end && receipt.charged_at < receipt.full_at {
            let count = window.count.saturating_sub(cost);
            *self = if count == 0 { Self::default() } else { Self { count, ..window } };
        }
    }

    /// The window's end.
    #[must_use]
    pub fn expires_at(&self, _quota: &Quota) -> Timestamp {
        Timestamp::from_nanos(self.end)
    }

    /// The window that runs at `now`; an untouched one if none does.
    fn at(self, now: Timestamp) -> Self {
        if now.as_nanos() < self.end { self } else { Self::default() }
    }

    /// The window with `cost` more in it, started at `now` if none runs.
    fn plus(self, cost: u64, length: u64, now: Timestamp) -> Self {
        let end = if self.count == 0 { now.as_nanos().saturating_add(length) } else { self.end };
        Self { end, count: self.count.saturating_add(cost) }
    }
}

/// The window that runs now, as one quota sees it.
#[derive(Clone, Copy)]
struct View {
    window: FixedWindow,
    amount: u64,
    length: u64,
    now: Timestamp,
}

impl View {
    #[inline]
    fn new(window: FixedWindow, quota: &Quota, now: Timestamp) -> Self {
        let (amount, length) = (quota.limit().amount(), quota.limit().window_nanos());
        Self { window: window.at(now), amount, length, now }
    }
}

impl Standing for View {
    fn capacity(&self) -> u64 {
        self.amount
    }

    fn available(&self) -> u64 {
        self.amount.saturating_sub(self.window.count)
    }

    /// Whatever the cost, the count goes as a whole.
    fn wait_for(&self, _cost: u64) -> u64 {
        self.window.end.saturating_sub(self.now.as_nanos())
    }

    fn charged(&self, cost: u64) -> Self {
        Self { window: self.window.plus(cost, self.length, self.now), ..*self }
    }

    fn receipt(&self) -> Receipt {
        let end = Timestamp::from_nanos(self.window.end);
        Receipt { charged_at: self.now, full_at: end.max(self.now) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Strategy;

    const SECOND: u64 = 1_000_000_000;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * SECOND)
    }

    fn per_minute(amount: u64) -> Quota {
        let limit = format!("{amount}/minute").parse().expect("a limit");
        Quota::new(limit, Strategy::FixedWindow)
    }

    #[test]
    fn a_window_starts_at_the_first_hit_and_is_over_at_its_end() {
        let (quota, mut window) = (per_minute(2), FixedWindow::default());
        window.charge(&quota, 0, at(1)); // nothing taken, nothing started
        assert_eq!(window, FixedWindow::default());
        window.charge(&quota, 2, at(10));
        assert_eq!(window.expires_at(&quota), at(70));
        let last = Timestamp::from_nanos(70 * SECOND - 1);
        assert_eq!(window.decide(&quota, 1, last).retry_after(), Some(Duration::from_nanos(1)));
        assert!(window.decide(&quota, 2, at(70)).is_allowed());
        window.charge(&quota, 1, at(75));
        assert_eq!(window.expires_at(&quota), at(135));
    }

    #[test]
    fn a_refund_reaches_only_the_window_it_was_charged_to() {
        let (quota, mut window) = (per_minute(3), FixedWindow::default());
        let old = window.decide(&quota, 1, at(0)).receipt();
        window.charge(&quota, 1, at(0));
        window.charge(&quota, 2, at(60));
        window.refund(&quota, 1, old, at(61));
        assert_eq!(window.decide(&quota, 0, at(61)).remaining(), 1);
    }

    #[test]
    fn a_window_of_which_nothing_is_left_never_started() {
        let (quota, mut window) = (per_minute(3), FixedWindow::default());
        let receipt = window.decide(&quota, 2, at(5)).receipt();
        window.charge(&quota, 2, at(5));
        window.refund(&quota, 2, receipt, at(6));
        assert_eq!(window, FixedWindow::default());
    }

    #[test]
    fn a_thread_that_is_late_counts_in_the_window_that_runs() {
        let (quota, mut window) = (per_minute(2), FixedWindow::default());
        window.charge(&quota, 1, at(10));
        let late = window.decide(&quota, 1, at(9));
        assert_eq!((late.remaining(), late.reset_after()), (0, Duration::from_secs(61)));
    }

    #[test]
    fn above_a_lowered_amount_nothing_is_left() {
        let mut window = FixedWindow::default();
        window.charge(&per_minute(9), 9, at(0));
        let decision = window.decide(&per_minute(5), 1, at(20));
        assert_eq!((decision.limit(), decision.remaining()), (5, 0));
        assert_eq!(decision.retry_after(), Some(Duration::from_secs(40)));
    }
}
