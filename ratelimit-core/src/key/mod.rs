//! Who is counted.

mod encoded;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use self::encoded::Encoded;
use crate::fingerprint;

/// Whom a counter counts: an address, a name, a number, or several of them.
///
/// Keys of different kinds never collide, nor do composite keys whose parts are cut differently:
/// `("a/b", "c")` is not `("a", "b/c")`, and the text `"1"` is not the number `1`. `Debug` shows a
/// process-wide hash, never the value: keys are often secrets or personal data.
///
/// ```
/// use ratelimit_core::Key;
///
/// assert_ne!(Key::composite([Key::from("a/b"), Key::from("c")]), Key::composite([Key::from("a"), Key::from("b/c")]));
/// assert!(!format!("{:?}", Key::from("secret-token")).contains("secret"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// One tag byte, then what the tag says; the encoding is injective.
    encoded: Encoded,
    fingerprint: u64,
}

/// The first byte of an encoded key: its kind.
mod tag {
    pub(super) const GLOBAL: u8 = b'g';
    pub(super) const BYTES: u8 = b'b';
    pub(super) const NUMBER: u8 = b'n';
    pub(super) const IPV4: u8 = b'4';
    pub(super) const IPV6: u8 = b'6';
    pub(super) const COMPOSITE: u8 = b'c';
}

impl Key {
    /// The key that everyone shares.
    #[must_use]
    pub fn global() -> Self {
        Self::tagged(tag::GLOBAL, &[])
    }

    /// A key made of several keys, in order.
    #[must_use]
    pub fn composite(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut value = Vec::new();
        for part in parts {
            let part = part.as_bytes();
            // The length before each part keeps the cuts; usize always fits in 64 bits.
            value.extend_from_slice(&(part.len() as u64).to_le_bytes());
            value.extend_from_slice(part);
        }
        Self::tagged(tag::COMPOSITE, &value)
    }

    /// The canonical encoding: equal for equal keys, different for different ones, on every machine.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.encoded
    }

    /// A hash under a secret of this process, for tables in memory. It is not for showing: the secret is safe as long as
    /// nobody outside sees what it made. What `Debug` shows is another hash.
    #[must_use]
    #[inline]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The address that it is, or that its text reads as.
    ///
    /// ```
    /// use std::net::{IpAddr, Ipv4Addr};
    /// use ratelimit_core::Key;
    ///
    /// let address = IpAddr::from(Ipv4Addr::LOCALHOST);
    /// assert_eq!(Key::from(address).address(), Some(address));
    /// assert_eq!(Key::from("127.0.0.1").address(), Some(address));
    /// assert_eq!(Key::from("ada").address(), None);
    /// ```
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        let (tag, value) = self.as_bytes().split_first()?;
        match *tag {
            tag::BYTES => std::str::from_utf8(value).ok()?.parse().ok(),
            tag::IPV4 => <[u8; 4]>::try_from(value).ok().map(IpAddr::from),
            tag::IPV6 => <[u8; 16]>::try_from(value).ok().map(IpAddr::from),
            _ => None,
        }
    }

    #[inline]
    fn tagged(tag: u8, value: &[u8]) -> Self {
        Self { fingerprint: fingerprint::of_kind(tag, value), encoded: encoded::text(tag, value) }
    }

    /// The same for a value of known size, whose fingerprint is that of the `number`.
    #[inline]
    fn numeric<const N: usize, const ENCODED: usize>(tag: u8, value: [u8; N], number: u64) -> Self {
        let encoded = encoded::number::<N, ENCODED>(tag, value);
        Self { fingerprint: fingerprint::of_number(tag, number), encoded }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:016x})", fingerprint::shown(self.as_bytes()))
    }
}

impl From<&[u8]> for Key {
    #[inline]
    fn from(value: &[u8]) -> Self {
        Self::tagged(tag::BYTES, value)
    }
}

impl From<&str> for Key {
    #[inline]
    fn from(value: &str) -> Self {
        Self::from(value.as_bytes())
    }
}

impl From<String> for Key {
    #[inline]
    fn from(value: String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<u64> for Key {
    #[inline]
    fn from(value: u64) -> Self {
        Self::numeric::<8, 9>(tag::NUMBER, value.to_le_bytes(), value)
    }
}

impl From<Ipv4Addr> for Key {
    #[inline]
    fn from(value: Ipv4Addr) -> Self {
        Self::numeric::<4, 5>(tag::IPV4, value.octets(), value.to_bits().into())
    }
}

impl From<Ipv6Addr> for Key {
    #[inline]
    fn from(value: Ipv6Addr) -> Self {
        Self::tagged(tag::IPV6, &value.octets())
    }
}

impl From<IpAddr> for Key {
    #[inline]
    fn from(value: IpAddr) -> Self {
        match value {
            IpAddr::V4(address) => Self::from(address),
            IpAddr::V6(address) => Self::from(address),
        }
    }
}
