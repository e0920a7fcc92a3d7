//! One counter under any strategy.

use super::{FixedWindow, MovingWindow, SlidingWindow, Strategy, TokenBucket};
use crate::{Decision, Quota, Receipt, Timestamp};

/// One counter's state under any strategy.
///
/// It counts by the strategy it was made for, whichever the quota names; a quota whose amount, window
/// or burst has changed since is counted with what the state holds.
///
/// ```
/// use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
///
/// let quota = Quota::new("3/minute".parse()?, Strategy::FixedWindow);
/// let mut state = State::new(quota.strategy());
/// let now = Timestamp::from_nanos(0);
///
/// let decision = state.decide(&quota, 2, now);
/// assert!(decision.is_allowed());
/// assert_eq!(decision.remaining(), 1);
///
/// state.charge(&quota, 2, now);
/// assert!(!state.decide(&quota, 2, now).is_allowed());
///
/// state.refund(&quota, 2, decision.receipt(), now);
/// assert_eq!(state.decide(&quota, 0, now).remaining(), 3);
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Counted by [`Strategy::FixedWindow`].
    FixedWindow(FixedWindow),
    /// Counted by [`Strategy::SlidingWindow`].
    SlidingWindow(SlidingWindow),
    /// Counted by [`Strategy::MovingWindow`].
    MovingWindow(MovingWindow),
    /// Counted by [`Strategy::TokenBucket`].
    TokenBucket(TokenBucket),
}

/// Does the same for every strategy.
macro_rules! each {
    ($state:expr, $counter:ident => $do:expr) => {
        match $state {
            State::FixedWindow($counter) => $do,
            State::SlidingWindow($counter) => $do,
            State::MovingWindow($counter) => $do,
            State::TokenBucket($counter) => $do,
        }
    };
}

impl State {
    /// An untouched counter: the full allowance is left.
    #[must_use]
    pub fn new(strategy: Strategy) -> Self {
        match strategy {
            Strategy::FixedWindow => Self::FixedWindow(FixedWindow::default()),
            Strategy::SlidingWindow => Self::SlidingWindow(SlidingWindow::default()),
            Strategy::MovingWindow => Self::MovingWindow(MovingWindow::default()),
            Strategy::TokenBucket => Self::TokenBucket(TokenBucket::default()),
        }
    }

    /// What asking for `cost` comes to; changes nothing.
    ///
    /// When allowed, the decision says how things stand once `cost` is taken, and its receipt is the
    /// one for giving the charge back. When refused, it says how they stand now. A cost of 0 is allowed
    /// unless the amount is 0, and so shows what is left.
    pub fn decide(&self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        each!(self, counter => counter.decide(quota, cost, now))
    }

    /// Decides, and takes what is allowed: the two in one step, for half the price.
    ///
    /// ```
    /// use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
    ///
    /// let quota = Quota::new("1/minute".parse()?, Strategy::TokenBucket);
    /// let mut state = State::new(quota.strategy());
    /// let now = Timestamp::from_nanos(0);
    /// assert!(state.acquire(&quota, 1, now).is_allowed());
    /// assert!(!state.acquire(&quota, 1, now).is_allowed());
    /// # Ok::<(), ratelimit_core::ParseLimitError>(())
    /// ```
    #[inline]
    pub fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        match self {
            Self::FixedWindow(window) => window.acquire(quota, cost, now),
            Self::SlidingWindow(windows) => windows.acquire(quota, cost, now),
            Self::TokenBucket(bucket) => bucket.acquire(quota, cost, now),
            Self::MovingWindow(window) => {
                let decision = window.decide(quota, cost, now);
                if decision.is_allowed() {
                    window.charge(quota, cost, now);
                }
                decision
            }
        }
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment. A cost of 0 changes nothing.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        each!(self, counter => counter.charge(quota, cost, now));
    }

    /// Gives a charge back, as far as it has not come back by itself or left with its window.
    pub fn refund(&mut self, quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        each!(self, counter => counter.refund(quota, cost, receipt, now));
    }

    /// From when on this counter equals an untouched one and can be forgotten; the clock's origin if it
    /// is untouched.
    #[must_use]
    pub fn expires_at(&self, quota: &Quota) -> Timestamp {
        each!(self, counter => counter.expires_at(quota))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_small() {
        assert!(size_of::<State>() <= 32, "{} bytes", size_of::<State>());
    }

    #[test]
    fn a_new_state_is_untouched() {
        for strategy in Strategy::ALL {
            let quota = Quota::new("3/minute".parse().expect("a limit"), strategy);
            let state = State::new(strategy);
            assert_eq!(state.expires_at(&quota), Timestamp::default());
            assert_eq!(state.decide(&quota, 0, Timestamp::from_nanos(7)).remaining(), 3);
        }
    }
}
