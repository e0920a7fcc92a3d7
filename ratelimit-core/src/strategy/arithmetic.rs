//! Whole numbers that stay exact, in 64 bits where these do.

/// `⌊(2⁶⁴ − 1) / divisor⌋`; 0 for none.
pub(crate) const fn reciprocal(divisor: u64) -> u64 {
    match u64::MAX.checked_div(divisor) {
        Some(reciprocal) => reciprocal,
        None => 0,
    }
}

/// The quotient and the rest of a `number` below 2⁶³, by a multiplication: Granlund and Montgomery, "Division by
/// Invariant Integers using Multiplication" (1994). A division takes as long as all else in a hit.
#[inline]
pub(crate) fn divided(number: u64, divisor: u64, reciprocal: u64) -> (u64, u64) {
    debug_assert!(number < 1 << 63, "{number}");
    // With the reciprocal (2⁶⁴ − e) / divisor, where e is from 1 to the divisor, the product is less than the true
    // quotient by number × e / divisor / 2⁶⁴, which is less than a half: rounded down, it is at most 1 too small.
    let estimate = ((u128::from(number) * u128::from(reciprocal)) >> 64) as u64;
    let rest = number - estimate * divisor;
    if rest < divisor { (estimate, rest) } else { (estimate + 1, rest - divisor) }
}

/// `⌊factor × other / divisor⌋`, or as much as 64 bits hold. The divisor is not 0.
#[inline]
pub(super) fn multiplied_and_divided(factor: u64, other: u64, divisor: u64) -> u64 {
    match factor.checked_mul(other) {
        Some(product) => product / divisor,
        None => saturated(u128::from(factor) * u128::from(other) / u128::from(divisor)),
    }
}

/// How long after `now` a moment is. Moments past the end of time keep their true distance while it fits.
#[inline]
pub(super) fn until(moment: u128, now: u64) -> u64 {
    saturated(moment.saturating_sub(u128::from(now)))
}

/// As much of a number as 64 bits hold.
#[inline]
pub(super) fn saturated(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_division_comes_to_the_same_either_way(number in any::<u64>(), shifts in (1..64_u32, 0..64_u32), divisor in 1..u64::MAX) {
            let (number, divisor) = (number >> shifts.0, (divisor >> shifts.1).max(1));
            for number in [number, number / divisor * divisor, (number / divisor * divisor).saturating_sub(1)] {
                prop_assert_eq!(divided(number, divisor, reciprocal(divisor)), (number / divisor, number % divisor));
            }
        }

        #[test]
        fn a_product_is_divided_whether_it_fits_or_not(factor in any::<u64>(), other in any::<u64>(), divisor in 1..u64::MAX) {
            let exact = u128::from(factor) * u128::from(other) / u128::from(divisor);
            prop_assert_eq!(multiplied_and_divided(factor, other, divisor), u64::try_from(exact).unwrap_or(u64::MAX));
        }
    }
}
