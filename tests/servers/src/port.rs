//! Ports of loopback that nobody else takes, however many tests run in however many processes.
//!
//! The usual trick, to bind port 0 and to let go of what the kernel gave, loses races: between letting go and the
//! server's start, and again while a server is down before its restart. So a [`Port`] stays reserved as long as it
//! lives, and lies below the range out of which the kernel serves `bind(0)` and outgoing connections. What reserves
//! it is the *UDP* port of the same number: no server here uses it, and the kernel frees it when we die.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    net::{Ipv4Addr, TcpListener, UdpSocket},
};

/// Below Linux's own range (32768 and up), above what packaged services listen on.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

/// A TCP port of 127.0.0.1 that is ours until this is dropped.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    _reservation: UdpSocket,
}

impl Port {
    /// A port that nothing listens on.
    ///
    /// # Panics
    /// When all are taken.
    pub(crate) fn reserve() -> Self {
        let start = RandomState::new().hash_one(0) % u64::from(COUNT);
        let start = u16::try_from(start).expect("less than COUNT");
        let mut numbers = (0..COUNT).map(|step| FIRST + (start + step) % COUNT);
        numbers.find_map(Self::take).expect("one of 20 000 ports is free")
    }

    /// The number.
    pub(crate) fn number(&self) -> u16 {
        self.number
    }

    fn take(number: u16) -> Option<Self> {
        let reservation = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        // Programs that know nothing of reservations listen too.
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _reservation: reservation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once() {
        let first = Port::reserve();
        assert!(Port::take(first.number()).is_none(), "reserved");
        let number = first.number();
        drop(first);
        assert!(Port::take(number).is_some(), "free again");
    }

    #[test]
    fn a_port_that_something_listens_on_is_passed_over() {
        let port = Port::reserve();
        let number = port.number();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).expect("reserved for us");
        drop(port);
        assert!(Port::take(number).is_none());
    }
}
