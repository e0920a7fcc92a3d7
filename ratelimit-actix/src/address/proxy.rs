//! Trusted proxies as people write them.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};
use thiserror::Error;

/// Why a text does not name a proxy or a network of proxies.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{found}` names no trusted proxy: {reason}")]
pub struct ProxyError {
    found: String,
    reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Reason {
    #[error(
        "expected an address such as `10.0.0.1` or `::1`, or a network such as `10.0.0.0/8`; names are not resolved"
    )]
    Address,
    #[error("expected a prefix length from 0 to {longest} after the `/`")]
    Prefix { longest: u8 },
}

/// The network that `text` names: `10.0.0.0/8`, `::1/128`; an address stands for itself alone.
///
/// IPv4-mapped networks become IPv4, as the addresses they are compared with do.
pub(crate) fn parse_proxy(text: &str) -> Result<IpNet, ProxyError> {
    let fail = |reason| ProxyError { found: text.to_owned(), reason };
    let trimmed = text.trim();
    let (address, prefix) = match trimmed.split_once('/') {
        None => (trimmed, None),
        Some((address, prefix)) => (address, Some(prefix)),
    };
    let address: IpAddr = address.parse().map_err(|_| fail(Reason::Address))?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = match prefix {
        None => longest,
        Some(prefix) => prefix_length(prefix).ok_or_else(|| fail(Reason::Prefix { longest }))?,
    };
    let network = IpNet::new(address, prefix).map_err(|_| fail(Reason::Prefix { longest }))?;
    Ok(canonical(network).trunc())
}

/// `u8::from_str` would also take a sign.
fn prefix_length(text: &str) -> Option<u8> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn canonical(network: IpNet) -> IpNet {
    let IpAddr::V4(address) = network.addr().to_canonical() else { return network };
    match network {
        IpNet::V4(_) => network,
        // A prefix of fewer than 96 bits reaches beyond the mapped addresses.
        IpNet::V6(_) => network
            .prefix_len()
            .checked_sub(96)
            .and_then(|prefix| Ipv4Net::new(address, prefix).ok())
            .map_or(network, IpNet::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_addresses_or_networks() {
        let table = [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("10.0.0.1", "10.0.0.1/32"),
            (" ::1 ", "::1/128"),
            ("::1/128", "::1/128"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.0.0.0/8", "::/8"),
        ];
        for (text, expected) in table {
            let network = parse_proxy(text).expect(text);
            assert_eq!(network.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn errors_say_what_was_found_and_expected() {
        for text in ["", "localhost", "10.0.0", "10.0.0.0/8/8 ", "/8", "10.0.0.1:80", "[::1]", "10.*"] {
            let message = parse_proxy(text).expect_err(text).to_string();
            assert!(message.starts_with(&format!("`{text}` names no trusted proxy")), "{message}");
        }
        for (text, longest) in
            [("10.0.0.0/33", 32), ("10.0.0.0/", 32), ("::/129", 128), ("::/+1", 128), ("::/x", 128)]
        {
            let message = parse_proxy(text).expect_err(text).to_string();
            assert!(message.ends_with(&format!("from 0 to {longest} after the `/`")), "{message}");
        }
    }
}
