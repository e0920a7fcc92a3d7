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

use super::{arithmetic::Number, standing::Standing};
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
        match View::even(*self, quota, cost, now) {
            Some(view) => view.decide(cost),
            None => View::exact(*self, quota, now).decide(cost),
        }
    }

    /// Decides, and takes what is allowed.
    #[inline]
    pub(crate) fn acquire(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        let Some(view) = View::even(*self, quota, cost, now) else {
            return self.acquire_exactly(quota, cost, now);
        };
        let (decision, after) = view.take(cost);
        if cost > 0 && decision.is_allowed() {
            *self = after.bucket();
        }
        decision
    }

    fn acquire_exactly(&mut self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        let (decision, after) = View::exact(*self, quota, now).take(cost);
        if cost > 0 && decision.is_allowed() {
            *self = after.bucket();
        }
        decision
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        if cost > 0 && quota.limit().amount() > 0 {
            *self = View::exact(*self, quota, now).charged(cost).bucket();
        }
    }

    /// Gives `cost` back, less the part of it that has flowed back by itself.
    pub fn refund(&mut self, quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        let view = View::exact(*self, quota, now);
        // Without a rate there is no telling how much is owed. And of nothing, not even a part of a nanosecond is
        // forgotten, which a smaller amount than that of the charge has no name for.
        if view.parts == 0 || cost == 0 {
            return;
        }
        // What was owed right after the charge and is owed still: anything older has flowed back first.
        let ahead = receipt.full_at.as_nanos().saturating_sub(view.now);
        let owed = u128::from(ahead) * view.parts;
        let credit = owed.min(u128::from(cost) * view.token);
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
struct View<N> {
    /// In parts of a nanosecond.
    debt: N,
    /// How many of these parts a nanosecond has; 0 without a rate.
    parts: N,
    /// How many of them a token takes to come back.
    token: N,
    /// The reciprocal of that, where it is of use.
    reciprocal: u64,
    capacity: u64,
    now: u64,
}

impl View<u64> {
    /// The view in whole nanoseconds, where a token takes a whole number of them and no sum leaves 64 bits. So it
    /// is with most limits, and costs a fifth of the exact one.
    #[inline]
    fn even(bucket: TokenBucket, quota: &Quota, cost: u64, now: Timestamp) -> Option<Self> {
        /// Twice that much still fits.
        const MOST: u64 = u64::MAX / 2;

        let (token, reciprocal) = quota.interval()?;
        let capacity = quota.capacity();
        let debt = bucket.tat.saturating_sub(now.as_nanos());
        let fits = token.checked_mul(capacity.max(cost)).is_some_and(|most| most <= MOST) && debt <= MOST;
        (bucket.rem == 0 && fits).then_some(Self {
            debt,
            parts: 1,
            token,
            reciprocal,
            capacity,
            now: now.as_nanos(),
        })
    }
}

impl View<u128> {
    /// The view in parts of which a nanosecond has as many as the limit has units: no quota leaves a rest.
    fn exact(bucket: TokenBucket, quota: &Quota, now: Timestamp) -> Self {
        let (amount, now) = (quota.limit().amount(), now.as_nanos());
        // The greatest sum is less than 2⁶⁴ × 2⁶⁴.
        let debt = bucket.tat.checked_sub(now).map_or(0, |ahead| {
            u128::from(ahead) * u128::from(amount) + u128::from(bucket.rem.min(amount.saturating_sub(1)))
        });
        let token = quota.limit().window_nanos().into();
        Self { debt, parts: amount.into(), token, reciprocal: 0, capacity: quota.capacity(), now }
    }
}

impl<N: Number> View<N> {
    /// So many parts in nanoseconds, and the rest; nothing where there is no rate.
    #[inline]
    fn in_nanos(&self, parts: N) -> (N, N) {
        // A branch that is foreseen costs less than a division.
        if self.parts == N::from(1) {
            return (parts, N::from(0));
        }
        parts.divided_by(self.parts).unwrap_or((N::from(0), N::from(0)))
    }

    /// The state that lacks so much.
    #[inline]
    fn bucket(&self) -> TokenBucket {
        // Without a rate nothing is ever taken.
        if self.debt == N::from(0) || self.parts == N::from(0) {
            return TokenBucket::default();
        }
        let (ahead, rest) = self.in_nanos(self.debt);
        TokenBucket { tat: self.now.saturating_add(ahead.saturated()), rem: rest.saturated() }
    }

    /// What the bucket lacks when `cost` is just available.
    #[inline]
    fn greatest_debt(&self, cost: u64) -> N {
        N::from(self.capacity.saturating_sub(cost)) * self.token
    }

    /// The least whole number of nanoseconds after which no more than `debt` is lacking.
    #[inline]
    fn time_until(&self, debt: N) -> u64 {
        let (nanos, rest) = self.in_nanos(self.debt.saturating_sub(debt));
        nanos.saturating_add(N::from(u64::from(rest > N::from(0)))).saturated()
    }
}

impl<N: Number> Standing for View<N> {
    #[inline]
    fn capacity(&self) -> u64 {
        self.capacity
    }

    #[inline]
    fn available(&self) -> u64 {
        let free = self.greatest_debt(0).saturating_sub(self.debt);
        free.quotient(self.token, self.reciprocal).saturated() // at most the capacity
    }

    #[inline]
    fn wait_for(&self, cost: u64) -> u64 {
        self.time_until(self.greatest_debt(cost))
    }

    #[inline]
    fn charged(&self, cost: u64) -> Self {
        let taken = N::from(cost) * self.token;
        Self { debt: self.debt.saturating_add(taken), ..*self }
    }

    #[inline]
    fn receipt(&self) -> Receipt {
        // Rounded up: before that the bucket is not full, and a refund at once gives all of it back.
        let full_at = self.now.saturating_add(self.time_until(N::from(0)));
        Receipt { charged_at: Timestamp::from_nanos(self.now), full_at: Timestamp::from_nanos(full_at) }
    }
}

#[cfg(test)]
mod tests;
