//! `X-Forwarded-For`, read from the right.

use std::{
    net::{IpAddr, Ipv6Addr},
    str,
};

use actix_web::http::header::{HeaderMap, X_FORWARDED_FOR};

use super::node;

/// The hops that all lines of the header list, nearest first; a malformed one is `None`.
///
/// An empty entry is malformed, not skipped: a proxy that could not name its peer leaves one, and
/// what stands left of it came from that unnamed peer.
pub(super) fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    headers.get_all(X_FORWARDED_FOR).rev().flat_map(|line| line.as_bytes().rsplit(|b| *b == b',')).map(hop)
}

fn hop(entry: &[u8]) -> Option<IpAddr> {
    let entry = entry.trim_ascii();
    node::parse(entry).or_else(|| bare_ipv6(entry))
}

/// IPv6 needs no brackets here: without them, no port follows.
fn bare_ipv6(entry: &[u8]) -> Option<IpAddr> {
    str::from_utf8(entry).ok()?.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}
