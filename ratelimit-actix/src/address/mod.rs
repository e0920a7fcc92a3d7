//! Which address a request comes from.
//!
//! The peer of the connection is the only address nobody can forge, so it is the client's unless it
//! belongs to a trusted proxy. Only then is the one configured header read, and only from the right:
//! each proxy appends what it saw, so whatever a client forges stands to the left of the truth.

mod forwarded;
mod node;
mod proxy;
mod x_forwarded_for;

use std::net::{IpAddr, Ipv6Addr};

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;
use ratelimit_core::Key;

pub use self::proxy::ProxyError;
pub(crate) use self::proxy::parse_proxy;

/// The header in which trusted proxies name the client. One only: a header that the proxies don't
/// write themselves reaches the application as the client forged it.
///
/// ```
/// use ratelimit_actix::{ForwardedHeader, Limiter};
///
/// let limiter = Limiter::builder()
///     .trusted_proxies(["10.0.0.0/8"])
///     .forwarded_header(ForwardedHeader::Forwarded)
///     .build()?;
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: 203.0.113.7, 10.0.0.2`, which nearly every proxy writes.
    #[default]
    XForwardedFor,
    /// `Forwarded: for="[2001:db8::7]:4711";proto=https`, as RFC 7239 has it.
    Forwarded,
}

/// How a request's client address is found and counted.
#[derive(Clone, Debug)]
pub(crate) struct AddressRules {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
    ipv6_mask: u128,
}

impl AddressRules {
    /// IPv6 users hold at least a /64 and may take a new address of it with every request.
    pub(crate) const DEFAULT_IPV6_PREFIX: u8 = 64;

    /// Believes the proxies of `network`, as [`parse_proxy`] gives it.
    pub(crate) fn trust(&mut self, network: IpNet) {
        self.trusted.push(network);
    }

    /// Believes this header of trusted proxies.
    pub(crate) fn set_header(&mut self, header: ForwardedHeader) {
        self.header = header;
    }

    /// Counts IPv6 clients by their first `prefix` bits, at most 128.
    pub(crate) fn set_ipv6_prefix(&mut self, prefix: u8) {
        let host_bits = 128_u32.saturating_sub(prefix.into());
        self.ipv6_mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
    }

    /// The client's address, IPv4-mapped ones as IPv4; `None` when the connection has no peer
    /// address, as on a Unix socket.
    ///
    /// A malformed entry ends the walk at the nearest address known so far: what stands left of it
    /// was not vouched for by anyone.
    pub(crate) fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.to_canonical();
        if !self.trusts(peer) {
            return Some(peer);
        }
        Some(match self.header {
            ForwardedHeader::XForwardedFor => self.walk(peer, x_forwarded_for::hops(headers)),
            ForwardedHeader::Forwarded => self.walk(peer, forwarded::hops(headers)),
        })
    }

    /// Whether proxies are believed, so that finding a client may mean reading headers.
    pub(crate) fn has_proxies(&self) -> bool {
        !self.trusted.is_empty()
    }

    /// The key that `address` counts under. All requests without an address share one key, which no
    /// other source of keys can produce.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "calls would move keys and verdicts about, 20 instructions each"
    )]
    pub(crate) fn key(&self, address: Option<IpAddr>) -> Key {
        match address {
            Some(IpAddr::V4(address)) => Key::from(address),
            Some(IpAddr::V6(address)) => self.key_of_ipv6(address),
            None => Key::composite([]),
        }
    }

    #[inline(never)]
    fn key_of_ipv6(&self, address: Ipv6Addr) -> Key {
        match address.to_canonical() {
            IpAddr::V4(address) => Key::from(address),
            IpAddr::V6(address) => Key::from(Ipv6Addr::from_bits(address.to_bits() & self.ipv6_mask)),
        }
    }

    /// The first address in `hops` that is not a trusted proxy's; `hops` come nearest first, a
    /// malformed one as `None`.
    fn walk(&self, peer: IpAddr, hops: impl Iterator<Item = Option<IpAddr>>) -> IpAddr {
        let mut nearest = peer;
        for hop in hops {
            let Some(hop) = hop else { break };
            nearest = hop.to_canonical();
            if !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

impl Default for AddressRules {
    fn default() -> Self {
        let mut rules = Self { trusted: Vec::new(), header: ForwardedHeader::default(), ipv6_mask: 0 };
        rules.set_ipv6_prefix(Self::DEFAULT_IPV6_PREFIX);
        rules
    }
}

#[cfg(test)]
mod tests;
