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
    /// See [`EvenRate`]; of no tokens where there is none.
    even: EvenRate,
    capacity_reciprocal: u64,
}

impl Quota {
    /// Counts `limit` by `strategy`; a token bucket holds as many tokens as the limit's amount.
    #[must_use]
    pub const fn new(limit: Limit, strategy: Strategy) -> Self {
        let capacity = limit.amount();
        Self {
            limit,
            strategy,
            capacity,
            even: EvenRate::new(limit, capacity),
            capacity_reciprocal: reciprocal(capacity),
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
        // Without a rate no bucket ever fills.
        let capacity = if self.limit.amount() == 0 { 0 } else { burst };
        Ok(Self {
            capacity,
            even: EvenRate::new(self.limit, capacity),
            capacity_reciprocal: reciprocal(capacity),
            ..self
        })
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

    #[inline]
    pub(crate) const fn even_rate(&self) -> &EvenRate {
        &self.even
    }

    /// How many whole eighths of the capacity `used` is, which is not more: from 0 to 7. Those that come out even may
    /// read as one less, and of capacities above 2⁶⁰ it is less exact.
    ///
    /// The product with the reciprocal is a number with all of its bits after the point: a division would take longer
    /// than all else that a hit does here.
    #[inline]
    pub(crate) const fn eighths(&self, used: u64) -> u8 {
        (used.wrapping_mul(self.capacity_reciprocal) >> 61) as u8
    }

    /// The most that can be taken at one instant: the bucket's size, or the limit's amount.
    /// A cost above it can never pass.
    #[must_use]
    #[inline]
    pub const fn capacity(&self) -> u64 {
        self.capacity
    }
}

/// A bucket in whole nanoseconds, where a token takes a whole number of them to come back and no sum leaves 63 bits: so
/// it is with most limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EvenRate {
    /// What a token takes to come back; 0 if the rate is not even, and then so is the depth.
    pub(crate) token: u64,
    /// Its [`reciprocal`].
    pub(crate) reciprocal: u64,
    /// What the whole bucket takes.
    pub(crate) depth: u64,
}

impl EvenRate {
    const NONE: Self = Self { token: 0, reciprocal: 0, depth: 0 };

    const fn new(limit: Limit, capacity: u64) -> Self {
        let (amount, window) = (limit.amount(), limit.window_nanos());
        if amount == 0 || !window.is_multiple_of(amount) {
            return Self::NONE;
        }
        let token = window / amount;
        match token.checked_mul(capacity) {
            Some(depth) if depth < 1 << 62 => Self { token, reciprocal: reciprocal(token), depth },
            _ => Self::NONE,
        }
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
