//! Whole numbers that stay exact, in 64 bits where these do.

use std::ops::{Add, Mul, Sub};

/// The numbers that a strategy may count in: [`u64`], or [`u128`] for what would not fit. Dividing the latter takes
/// a hundred instructions.
pub(super) trait Number:
    Copy + Ord + From<u64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    fn saturating_add(self, other: Self) -> Self;

    fn saturating_sub(self, other: Self) -> Self;

    /// The quotient and what is left; by nothing at all it can't be divided.
    fn divided_by(self, divisor: Self) -> Option<(Self, Self)>;

    /// In 64 bits, or as much as these hold.
    fn saturated(self) -> u64;
}

macro_rules! number {
    ($type:ty, $saturated:expr) => {
        impl Number for $type {
            #[inline]
            fn saturating_add(self, other: Self) -> Self {
                self.saturating_add(other)
            }

            #[inline]
            fn saturating_sub(self, other: Self) -> Self {
                self.saturating_sub(other)
            }

            #[inline]
            fn divided_by(self, divisor: Self) -> Option<(Self, Self)> {
                // Of 128 bits, asking for the rest as well would be a second division.
                let quotient = self.checked_div(divisor)?;
                Some((quotient, self - quotient * divisor))
            }

            #[inline]
            fn saturated(self) -> u64 {
                $saturated(self)
            }
        }
    };
}

number!(u64, |number| number);
number!(u128, |number| u64::try_from(number).unwrap_or(u64::MAX));

/// `⌊factor × other / divisor⌋`, or as much as 64 bits hold. The divisor is not 0.
#[inline]
pub(super) fn multiplied_and_divided(factor: u64, other: u64, divisor: u64) -> u64 {
    match factor.checked_mul(other) {
        Some(product) => product / divisor,
        None => (u128::from(factor) * u128::from(other) / u128::from(divisor)).saturated(),
    }
}

/// How long after `now` a moment is. Moments past the end of time keep their true distance while it fits.
#[inline]
pub(super) fn until(moment: u128, now: u64) -> u64 {
    moment.saturating_sub(u128::from(now)).saturated()
}
