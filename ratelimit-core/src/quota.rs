//! A limit together with the way it is counted.

use thiserror::Error;

use crate::{Limit, Strategy, strategy::arithmetic::reciprocal};

/// A limit, its strategy and, for a token bucket, its capacity.
///
/// ```
/// use ratelimit_core::{Limit, Quota, Strategy};
///
/// let limit: Limit = "1/second".parse()?;
/// let quota = Quota::new(limit, Strategy::TokenBucket).with_burst(2)?;
/// assert_eq!(quota.capacity(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    limit: Limit,
    strategy: Strategy,
    capacity: u64,
    /// How many nanoseconds a unit takes to come back at an even rate; 0 if that is no whole number.
    interval: u64,
    interval_reciprocal: u64,
    capacity_reciprocal: u64,
}

impl Quota {
    /// Counts `limit` by `strategy`; a token bucket holds as many tokens as the limit's amount.
    #[must_use]
    pub const fn new(limit: Limit, strategy: Strategy) -> Self {
        let interval = match limit.amount() {
            0 => 0,
            amount if limit.window_nanos().is_multiple_of(amount) => limit.window_nanos() / amount,
            _ => 0,
        };
        Self {
            limit,
            strategy,
            capacity: limit.amount(),
            interval,
            interval_reciprocal: reciprocal(interval),
            capacity_reciprocal: reciprocal(limit.amount()),
        }
    }

    /// Gives a token bucket room for `burst` tokens.
    ///
    /// # Errors
    /// When the strategy is not [`Strategy::TokenBucket`], when `burst` is 0, or when the bucket
    /// would take longer than [`Limit::MAX_WINDOW`] to fill.
    pub const fn with_burst(self, burst: u64) -> Result<Self, QuotaError> {
        if !matches!(self.strategy, Strategy::TokenBucket) {
            return Err(QuotaError::BurstWithoutTokenBucket);
        }
        if burst == 0 {
            return Err(QuotaError::ZeroBurst);
        }
        let filling = burst as u128 * self.limit.window_nanos() as u128;
        let longest = self.limit.amount() as u128 * Limit::MAX_WINDOW.as_nanos();
        if self.limit.amount() > 0 && filling > longest {
            return Err(QuotaError::FillsTooSlowly);
        }
        Ok(Self { capacity: burst, capacity_reciprocal: reciprocal(burst), ..self })
    }

    /// The limit counted.
    #[must_use]
    #[inline]
    pub const fn limit(&self) -> Limit {
        self.limit
    }

    /// How it is counted.
    #[must_use]
    #[inline]
    pub const fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// How many nanoseconds a unit takes to come back at an even rate, if that is a whole number, and its
    /// [`reciprocal`].
    #[inline]
    pub(crate) const fn interval(&self) -> Option<(u64, u64)> {
        if self.interval == 0 { None } else { Some((self.interval, self.interval_reciprocal)) }
    }

    /// How many eighths of the capacity `used` is, rounded down. A division would take longer than all that is done
    /// with the answer.
    #[inline]
    pub(crate) const fn eighths(&self, used: u64) -> u8 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 8, as at most the capacity is used")]
        let eighths = ((used as u128 * self.capacity_reciprocal as u128) >> 61) as u8;
        eighths
    }

    /// The most that can be taken at one instant: the bucket's size, or the limit's amount.
    /// A cost above it can never pass.
    #[must_use]
    #[inline]
    pub const fn capacity(&self) -> u64 {
        if self.limit.amount() == 0 { 0 } else { self.capacity }
    }
}

/// Why a quota can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QuotaError {
    /// A burst was given to a strategy without a bucket.
    #[error("a burst needs the token_bucket strategy: the other strategies allow their whole amount at once")]
    BurstWithoutTokenBucket,
    /// A bucket of no tokens.
    #[error("a burst of 0 would refuse every request; to refuse always, use an amount of 0")]
    ZeroBurst,
    /// A bucket that takes over 146 years to fill.
    #[error("the bucket would take more than 146 years to fill: lower the burst or raise the rate")]
    FillsTooSlowly,
}
