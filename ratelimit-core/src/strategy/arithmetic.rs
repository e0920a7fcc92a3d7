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

    /// The quotient by a divisor whose [`reciprocal`] is known.
    fn quotient(self, divisor: Self, reciprocal: u64) -> Self;

    /// In 64 bits, or as much as these hold.
    fn saturated(self) -> u64;
}

macro_rules! number {
    ($type:ty, $quotient:expr, $saturated:expr) => {
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
            fn quotient(self, divisor: Self, reciprocal: u64) -> Self {
                $quotient(self, divisor, reciprocal)
            }

            #[inline]
            fn saturated(self) -> u64 {
                $saturated(self)
            }
        }
    };
}

number!(u64, multiplied_quotient, |number| number);
number!(u128, |number: u128, divisor, _| number.checked_div(divisor).unwrap_or(0), |number| u64::try_from(
    number
)
.unwrap_or(u64::MAX));

/// 2⁶⁴ divided by `divisor`, as far as 64 bits go.
pub(crate) const fn reciprocal(divisor: u64) -> u64 {
    match u64::MAX.checked_div(divisor) {
        Some(reciprocal) => reciprocal,
        None => 0,
    }
}

/// `⌊number / divisor⌋` for a `number` below 2⁶³, by a multiplication: Granlund and Montgomery, "Division by Invariant
/// Integers using Multiplication" (1994). A division takes as long as all else in a hit.
#[inline]
fn multiplied_quotient(number: u64, divisor: u64, reciprocal: u64) -> u64 {
    debug_assert!(number < 1 << 63, "{number}");
    // With the reciprocal (2⁶⁴ − e) / divisor, where e is from 1 to the divisor, the product is less than the true
    // quotient by number × e / divisor / 2⁶⁴, which is less than a half: rounded down, it is at most 1 too small.
    let estimate = ((u128::from(number) * u128::from(reciprocal)) >> 64) as u64;
    estimate + u64::from(number - estimate * divisor >= divisor)
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_quotient_is_the_same_either_way(number in any::<u64>(), shifts in (1..64_u32, 0..64_u32), divisor in 1..u64::MAX) {
            let (number, divisor) = (number >> shifts.0, (divisor >> shifts.1).max(1));
            for number in [number, number / divisor * divisor, (number / divisor * divisor).saturating_sub(1)] {
                prop_assert_eq!(number.quotient(divisor, reciprocal(divisor)), number / divisor);
            }
        }

        #[test]
        fn a_product_is_divided_whether_it_fits_or_not(factor in any::<u64>(), other in any::<u64>(), divisor in 1..u64::MAX) {
            let exact = u128::from(factor) * u128::from(other) / u128::from(divisor);
            prop_assert_eq!(multiplied_and_divided(factor, other, divisor), u64::try_from(exact).unwrap_or(u64::MAX));
        }
    }
}
