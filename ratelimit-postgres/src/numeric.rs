//! Whole numbers as PostgreSQL's `numeric`: the server has no other type that holds a `u64`.

use std::error::Error;

use bytes::BytesMut;

use ratelimit_core::Timestamp;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A whole number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numeric(u128);

/// The base of the digits that `numeric` is sent in.
const BASE: u16 = 10_000;

/// `u128::MAX` has 39 decimal digits.
const MOST_DIGITS: usize = 10;

impl Numeric {
    /// The number as 64 bits; greater ones, which are times after all time, as the greatest.
    pub(crate) fn saturating(self) -> u64 {
        u64::try_from(self.0).unwrap_or(u64::MAX)
    }

    /// The moment so many nanoseconds after the origin.
    pub(crate) fn moment(self) -> Timestamp {
        Timestamp::from_nanos(self.saturating())
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<u64> for Numeric {
    fn from(number: u64) -> Self {
        Self(number.into())
    }
}

impl From<Timestamp> for Numeric {
    fn from(moment: Timestamp) -> Self {
        Self::from(moment.as_nanos())
    }
}

/// The form on the wire: how many digits, the power of the first, sign, places after the point, digits.
impl ToSql for Numeric {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let mut digits = [0_u16; MOST_DIGITS];
        let (mut rest, mut count) = (self.0, 0);
        while rest > 0 {
            digits[count] = u16::try_from(rest % u128::from(BASE))?;
            rest /= u128::from(BASE);
            count += 1;
        }
        let weight = i16::try_from(count)? - 1;
        for head in [i16::try_from(count)?, weight, 0, 0] {
            out.extend_from_slice(&head.to_be_bytes());
        }
        for digit in digits[..count].iter().rev() {
            out.extend_from_slice(&digit.to_be_bytes());
        }
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::NUMERIC
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Numeric {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let mut words = raw.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
        let mut next = || words.next().ok_or("a numeric that ends early");
        let (count, weight, sign, _scale) = (next()?, next()?.cast_signed(), next()?, next()?);
        if sign != 0 {
            return Err("a numeric that is negative or no number".into());
        }
        let too_great = || "a numeric beyond 128 bits";
        let mut number = 0_u128;
        for _ in 0..count {
            let digit = u128::from(next()?);
            number = number
                .checked_mul(BASE.into())
                .and_then(|high| high.checked_add(digit))
                .ok_or_else(too_great)?;
        }
        // Zeros at the end are not sent.
        let zeros = i32::from(weight) + 1 - i32::from(count);
        if count > 0 {
            let zeros = u32::try_from(zeros).map_err(|_| "a numeric that is not whole")?;
            let power = u128::from(BASE).checked_pow(zeros).ok_or_else(too_great)?;
            number = number.checked_mul(power).ok_or_else(too_great)?;
        }
        Ok(Self(number))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::NUMERIC
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sent(number: Numeric) -> BytesMut {
        let mut out = BytesMut::new();
        number.to_sql(&Type::NUMERIC, &mut out).expect("it fits");
        out
    }

    #[test]
    fn what_is_sent_is_what_the_server_expects() {
        assert_eq!(&sent(Numeric(0))[..], [0, 0, 255, 255, 0, 0, 0, 0]);
        assert_eq!(&sent(Numeric(12_345_678))[..], [0, 2, 0, 1, 0, 0, 0, 0, 4, 210, 22, 46]);
    }

    #[test]
    fn zeros_at_the_end_are_put_back() {
        let million = [0, 1, 0, 1, 0, 0, 0, 0, 0, 100];
        assert_eq!(Numeric::from_sql(&Type::NUMERIC, &million).expect("a number"), Numeric(1_000_000));
    }

    #[test]
    fn what_is_no_whole_number_is_refused() {
        let half = [0, 1, 255, 255, 0, 0, 0, 1, 19, 136];
        let negative = [0, 1, 0, 0, 64, 0, 0, 0, 0, 1];
        let vast = [0, 1, 0, 40, 0, 0, 0, 0, 0, 1];
        for raw in [&half[..], &negative, &vast, &[0, 1]] {
            assert!(Numeric::from_sql(&Type::NUMERIC, raw).is_err(), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn every_number_comes_back(number: u128) {
            let read = Numeric::from_sql(&Type::NUMERIC, &sent(Numeric(number)));
            prop_assert_eq!(read.expect("a number"), Numeric(number));
        }
    }
}
