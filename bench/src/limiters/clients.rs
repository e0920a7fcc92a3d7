//! What clients are told apart by.

use std::{hash::Hash, net::Ipv4Addr};

use ratelimit_core::Key;

/// What a client is told apart by, as it is at hand when a request comes.
pub trait Client: Clone + Eq + Hash + Send + Sync + 'static {
    const NAME: &'static str;

    /// The client of that number.
    fn numbered(number: u64) -> Self;

    /// As a request would make it: within what is measured.
    fn key(&self) -> Key;
}

impl Client for u64 {
    const NAME: &'static str = "u64";

    fn numbered(number: u64) -> Self {
        mix(number)
    }

    fn key(&self) -> Key {
        Key::from(*self)
    }
}

impl Client for Ipv4Addr {
    const NAME: &'static str = "Ipv4Addr";

    fn numbered(number: u64) -> Self {
        // An odd factor: different numbers make different addresses.
        Self::from_bits((number as u32).wrapping_mul(0x9E37_79B9))
    }

    fn key(&self) -> Key {
        Key::from(*self)
    }
}

/// A text of 21 bytes.
pub type Text21 = String;

impl Client for Text21 {
    const NAME: &'static str = "text, 21 bytes";

    fn numbered(number: u64) -> Self {
        format!("client-{number:014}")
    }

    fn key(&self) -> Key {
        Key::from(self.as_str())
    }
}

/// A text of 200 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text200(String);

impl Client for Text200 {
    const NAME: &'static str = "text, 200 bytes";

    fn numbered(number: u64) -> Self {
        Self(format!("client-{number:0193}"))
    }

    fn key(&self) -> Key {
        Key::from(self.0.as_str())
    }
}

/// Another number for each number, spread over all of them (the end of splitmix64).
pub fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
