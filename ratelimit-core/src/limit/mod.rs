//! Limits: so many units in so long a window, and the strings that say so.

mod cursor;
mod error;
mod excerpt;
mod mistake;
mod parse;
mod set;
mod spelling;
mod unit;
mod window;

use std::{fmt, hash, time::Duration};

use self::unit::Unit;
pub use self::{
    error::{ParseLimitError, WindowError},
    set::LimitSet,
};

/// An amount in a window: `5 per 10 minute`.
///
/// Two limits are equal when their amounts and windows are, however they were written: `1/minute`
/// equals `1/60 seconds`. How it was written is kept for [`Display`](fmt::Display), which prints the
/// form that Flask-Limiter prints. [`LimitSet`](LimitSet#impl-FromStr-for-LimitSet) describes the
/// strings.
///
/// ```
/// use ratelimit_core::Limit;
///
/// let limit: Limit = "5/10 minutes".parse()?;
/// assert_eq!(limit.to_string(), "5 per 10 minute");
/// assert_eq!(limit, "5 per 600 seconds".parse()?);
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    amount: u64,
    /// Nanoseconds, from 1 to [`Limit::MAX_WINDOW`].
    window: u64,
    /// The unit it is printed in; always divides `window`.
    unit: Unit,
}

impl Limit {
    /// The longest window: 2⁶² nanoseconds, some 146 years.
    pub const MAX_WINDOW: Duration = Duration::from_nanos(1 << 62);

    /// A limit of `amount` units in each `window`. An amount of 0 refuses always.
    ///
    /// It prints in the largest of day, hour, minute and second that divides the window, and as a
    /// duration (`5 per 500ms`) when none of them does.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ratelimit_core::Limit;
    ///
    /// let limit = Limit::new(5, Duration::from_secs(5400))?;
    /// assert_eq!(limit.to_string(), "5 per 90 minute");
    /// # Ok::<(), ratelimit_core::WindowError>(())
    /// ```
    ///
    /// # Errors
    /// When the window is zero or longer than [`Limit::MAX_WINDOW`].
    pub const fn new(amount: u64, window: Duration) -> Result<Self, WindowError> {
        let nanos = window.as_nanos();
        if nanos == 0 {
            return Err(WindowError::Zero);
        }
        if nanos > Self::MAX_WINDOW.as_nanos() {
            return Err(WindowError::TooLong);
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 2^62, checked above")]
        let window = nanos as u64;
        Ok(Self { amount, window, unit: Unit::largest_dividing(window) })
    }

    /// Printed in units of so many nanoseconds, if that is a unit: what the macros write, so that a
    /// limit prints as it was written.
    #[doc(hidden)]
    #[must_use]
    pub const fn printed_in(self, unit_nanos: u64) -> Self {
        let unit = Unit::of_nanos(unit_nanos);
        if self.window.is_multiple_of(unit.nanos()) { Self { unit, ..self } } else { self }
    }

    /// The unit it is printed in, for [`printed_in`](Self::printed_in).
    #[doc(hidden)]
    #[must_use]
    pub const fn unit_nanos(&self) -> u64 {
        self.unit.nanos()
    }

    /// How many units each window allows.
    #[must_use]
    #[inline]
    pub const fn amount(&self) -> u64 {
        self.amount
    }

    /// The window's length.
    #[must_use]
    #[inline]
    pub const fn window(&self) -> Duration {
        Duration::from_nanos(self.window)
    }

    /// The window's length in nanoseconds: from 1 to 2⁶².
    #[must_use]
    #[inline]
    pub const fn window_nanos(&self) -> u64 {
        self.window
    }
}

impl PartialEq for Limit {
    fn eq(&self, other: &Self) -> bool {
        (self.amount, self.window) == (other.amount, other.window)
    }
}

impl Eq for Limit {}

impl hash::Hash for Limit {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        (self.amount, self.window).hash(state);
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {}", self.amount, unit::Window { nanos: self.window, unit: self.unit })
    }
}

#[cfg(test)]
mod tests;
