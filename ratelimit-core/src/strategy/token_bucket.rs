//! Token bucket: tokens that come back at an even rate, kept as one moment.
//!
//! # The rule
//! A bucket of `capacity` tokens is refilled with `amount` tokens a window, evenly; a hit takes as many
//! tokens as it costs, or is refused. Nothing refills the bucket in fact: the state is the moment at
//! which it will be full. A token moves that moment on by `window / amount`, and a cost passes if the
//! moment is then at most `capacity` tokens ahead. This is the Generic Cell Rate Algorithm of the ATM
//! Forum and ITU-T I.371, where the moment is called the theoretical arrival time.
//!
//! `window / amount` is rarely whole, so time is counted in units of `1 / amount` nanoseconds, in which
//! a token is `window` units and a nanosecond `amount` units: every sum is exact, and 7 a minute is 7
//! in each minute for ever.
//!
//! ```
//! use std::time::Duration;
//! use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
//!
//! let at = |seconds: u64| Timestamp::from_nanos(seconds * 1_000_000_000);
//! let quota = Quota::new("1/second".parse()?, Strategy::TokenBucket).with_burst(2)?;
//! let mut state = State::new(Strategy::TokenBucket);
//!
//! state.charge(&quota, 2, at(0)); // full again at 2 s
//! assert_eq!(state.decide(&quota, 1, at(0)).retry_after(), Some(Duration::from_secs(1)));
//!
//! let decision = state.decide(&quota, 1, at(1));
//! assert!(decision.is_allowed());
//! assert_eq!(decision.remaining(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Pitfalls
//! A full bucket lets its capacity through at once and then the rate on top, so one window can see
//! `capacity + amount` hits. A bucket of 1 token never lets two hits come closer than `window / amount`:
//! with a rate that clients keep only on average, give it a burst. When the amount changes, what is owed
//! keeps its time, not its tokens: a bucket that would be full in ten seconds still will.

use super::{
    arithmetic::{saturated, until},
    standing::Standing,
};
use crate::{Decision, Quota, Receipt, Timestamp};

/// When the bucket is full again: `tat` nanoseconds and `rem / amount` of one.
///
/// Untouched when both are 0. `tat` is for "theoretical arrival time".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenBucket {
    tat: u64,
    /// Less than the amount; at once clamped to that if the amount was lowered.
    rem: u64,
}

impl TokenBucket {
    /// A bucket that is full `fraction / amount` nanoseconds after `full_at`, as it was kept elsewhere.
    #[must_use]
    pub fn new(full_at: Timestamp, fraction: u64) -> Self {
        Self { tat: full_at.as_nanos(), rem: fraction }
    }

    /// The last whole nanosecond at which the bucket is not full, or at which it just is if there is no
    /// [`fraction`](Self::fraction); the clock's origin if it is untouched.
    #[must_use]
    pub fn full_at(&self) -> Timestamp {
        Timestamp::from_nanos(self.tat)
    }

    /// How much after [`full_at`](Self::full_at) the bucket is full, in parts of a nanosecond that the
    /// amount of its limit makes a whole one of.
    #[must_use]
    pub fn fraction(&self) -> u64 {
        self.rem
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
            *self = after.bucket();
        }
        decision
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        if cost > 0 && quota.limit().amount() > 0 {
            *self = View::new(*self, quota, now).charged(cost).bucket();
        }
    }

    /// Gives `cost` back, less the part of it that has flowed back by itself.
    pub fn refund(&mut self, quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        let view = View::new(*self, quota, now);
        // Without a rate there is no telling how much is owed. And of nothing, not even a part of a nanosecond is
        // forgotten, which a smaller amount than that of the charge has no name for.
        if view.amount == 0 || cost == 0 {
            return;
        }
        // What was owed right after the charge and is owed still: anything older has flowed back first.
        let ahead = receipt.full_at.as_nanos().saturating_sub(view.now);
        let owed = u128::from(ahead) * u128::from(view.amount);
        let credit = owed.min(u128::from(cost) * u128::from(view.window));
        *self = View { debt: view.debt.saturating_sub(credit), ..view }.bucket();
    }

    /// When the bucket is full.
    #[must_use]
    pub fn expires_at(&self, _quota: &Quota) -> Timestamp {
        Timestamp::from_nanos(self.tat.saturating_add(u64::from(self.rem > 0)))
    }
}

/// What the bucket lacks now, as one quota sees it.
#[derive(Clone, Copy)]
struct View {
    /// In units of `1 / amount` nanoseconds.
    debt: u128,
    amount: u64,
    window: u64,
    capacity: u64,
    now: u64,
}

impl View {
    fn new(bucket: TokenBucket, quota: &Quota, now: Timestamp) -> Self {
        let (amount, now) = (quota.limit().amount(), now.as_nanos());
        // The greatest sum is less than 2⁶⁴ × 2⁶⁴.
        let debt = bucket.tat.checked_sub(now).map_or(0, |ahead| {
            u128::from(ahead) * u128::from(amount) + u128::from(bucket.rem.min(amount.saturating_sub(1)))
        });
        Self { debt, amount, window: quota.limit().window_nanos(), capacity: quota.capacity(), now }
    }

    /// The state that lacks so much.
    fn bucket(&self) -> TokenBucket {
        // Without a rate nothing is ever taken.
        let Some(ahead) = self.debt.checked_div(self.amount.into()).filter(|_| self.debt > 0) else {
            return TokenBucket::default();
        };
        let rem = self.debt - ahead * u128::from(self.amount);
        TokenBucket { tat: saturated(u128::from(self.now) + ahead), rem: saturated(rem) }
    }

    /// What the bucket lacks when `cost` is just available.
    fn greatest_debt(&self, cost: u64) -> u128 {
        u128::from(self.capacity.saturating_sub(cost)) * u128::from(self.window)
    }

    /// The first whole nanosecond at which no more than `debt` is lacking.
    fn moment_of(&self, debt: u128) -> u128 {
        let surplus = self.debt.saturating_sub(debt);
        u128::from(self.now) + if surplus == 0 { 0 } else { surplus.div_ceil(self.amount.max(1).into()) }
    }
}

impl Standing for View {
    fn capacity(&self) -> u64 {
        self.capacity
    }

    fn available(&self) -> u64 {
        // At most the capacity.
        saturated(self.greatest_debt(0).saturating_sub(self.debt) / u128::from(self.window))
    }

    fn wait_for(&self, cost: u64) -> u64 {
        until(self.moment_of(self.greatest_debt(cost)), self.now)
    }

    fn charged(&self, cost: u64) -> Self {
        let taken = u128::from(cost) * u128::from(self.window);
        Self { debt: self.debt.saturating_add(taken), ..*self }
    }

    fn receipt(&self) -> Receipt {
        // Rounded up: before that the bucket is not full, and a refund at once gives all of it back.
        let full_at = saturated(self.moment_of(0));
        Receipt { charged_at: Timestamp::from_nanos(self.now), full_at: Timestamp::from_nanos(full_at) }
    }
}

#[cfg(test)]
mod tests;
