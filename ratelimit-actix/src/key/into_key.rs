//! What can be a key.

use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ratelimit_core::Key;

use super::arities::for_each_arity;

/// What a key function may return.
///
/// Text, numbers, addresses, [`Key`]s, `Option`s of these, and tuples of up to eight, which are
/// composite keys. `None` and empty text mean that the request has no key; a tuple has none when any
/// part has none. An address counts by itself, an IPv4-mapped one as IPv4; only `key::ip()` joins the
/// IPv6 addresses of one network.
///
/// ```
/// use ratelimit_actix::IntoKey;
///
/// assert_eq!("ada".into_key(), Some("ada".into()));
/// assert_eq!("".into_key(), None);
/// assert_eq!(Some(42_u32).into_key(), Some(42.into()));
/// assert_eq!(("ada", None::<u32>).into_key(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a rate-limit key",
    note = "return a `String`, `&str`, integer, `IpAddr` or `Key`, an `Option` of these, or a tuple of up to 8 of them"
)]
pub trait IntoKey {
    /// The key, or `None` when the request has none.
    fn into_key(self) -> Option<Key>;
}

impl IntoKey for Key {
    fn into_key(self) -> Option<Key> {
        Some(self)
    }
}

impl<K: IntoKey> IntoKey for Option<K> {
    fn into_key(self) -> Option<Key> {
        self?.into_key()
    }
}

impl IntoKey for &str {
    fn into_key(self) -> Option<Key> {
        (!self.is_empty()).then(|| self.into())
    }
}

impl IntoKey for String {
    fn into_key(self) -> Option<Key> {
        self.as_str().into_key()
    }
}

impl IntoKey for &String {
    fn into_key(self) -> Option<Key> {
        self.as_str().into_key()
    }
}

impl IntoKey for Cow<'_, str> {
    fn into_key(self) -> Option<Key> {
        (*self).into_key()
    }
}

impl IntoKey for IpAddr {
    fn into_key(self) -> Option<Key> {
        Some(self.to_canonical().into())
    }
}

impl IntoKey for Ipv4Addr {
    fn into_key(self) -> Option<Key> {
        Some(self.into())
    }
}

impl IntoKey for Ipv6Addr {
    fn into_key(self) -> Option<Key> {
        IpAddr::V6(self).into_key()
    }
}

impl IntoKey for bool {
    fn into_key(self) -> Option<Key> {
        u8::from(self).into_key()
    }
}

macro_rules! unsigned {
    ($($number:ty)*) => {$(
        impl IntoKey for $number {
            fn into_key(self) -> Option<Key> {
                Some(Key::from(u64::from(self)))
            }
        }
    )*};
}

unsigned!(u8 u16 u32 u64);

impl IntoKey for usize {
    fn into_key(self) -> Option<Key> {
        // No target of Rust has more than 64 bits here.
        Some(Key::from(self as u64))
    }
}

macro_rules! signed {
    ($($number:ty)*) => {$(
        impl IntoKey for $number {
            fn into_key(self) -> Option<Key> {
                let magnitude = self.unsigned_abs().into_key();
                // A number that fits either way is the same key either way.
                if self < 0 { ("-", magnitude).into_key() } else { magnitude }
            }
        }
    )*};
}

signed!(i8 i16 i32 i64 isize);

macro_rules! tuples {
    ($($($part:ident)+;)*) => {$(
        impl<$($part: IntoKey),+> IntoKey for ($($part,)+) {
            #[allow(non_snake_case, reason = "parts are named by their types")]
            fn into_key(self) -> Option<Key> {
                let ($($part,)+) = self;
                Some(Key::composite([$($part.into_key()?),+]))
            }
        }
    )*};
}

for_each_arity!(tuples);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_text_is_missing() {
        let texts = ["".into_key(), String::new().into_key(), (&String::new()).into_key()];
        assert!(texts.iter().all(Option::is_none));
        assert_eq!(Cow::Borrowed("").into_key(), None);
        assert_eq!(("a", "").into_key(), None);
        assert_eq!(Cow::Borrowed("a").into_key(), "a".into_key());
    }

    #[test]
    fn numbers_are_equal_whatever_their_type() {
        let seven = Some(Key::from(7));
        assert_eq!(7_u8.into_key(), seven);
        assert_eq!(7_usize.into_key(), seven);
        assert_eq!(7_i64.into_key(), seven);
        assert_eq!((-7_i8).into_key(), (-7_i64).into_key());
        assert_ne!((-7_i64).into_key(), seven);
        assert_ne!((-1_i64).into_key(), u64::MAX.into_key());
        assert_ne!(i64::MIN.into_key(), (i64::MIN + 1).into_key());
        assert_ne!("7".into_key(), seven);
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        let mapped: Ipv6Addr = "::ffff:1.2.3.4".parse().expect("an address");
        assert_eq!(mapped.into_key(), Ipv4Addr::new(1, 2, 3, 4).into_key());
        assert_eq!(IpAddr::V6(mapped).into_key(), mapped.into_key());
    }

    #[test]
    fn tuples_keep_their_cuts() {
        assert_ne!(("a/b", "c").into_key(), ("a", "b/c").into_key());
        assert_ne!((("a", "b"), "c").into_key(), ("a", ("b", "c")).into_key());
        assert_eq!((1, 2, 3, 4, 5, 6, 7, None::<u8>).into_key(), None);
    }
}
