//! One hop's address as proxies write it.

use std::{
    net::{IpAddr, Ipv6Addr},
    str,
};

/// The address in `node`: `1.2.3.4`, `1.2.3.4:567`, `[2001:db8::7]`, `[2001:db8::7]:567`.
pub(super) fn parse(node: &[u8]) -> Option<IpAddr> {
    let node = str::from_utf8(node).ok()?;
    if let Some(node) = node.strip_prefix('[') {
        let (address, after) = node.split_once(']')?;
        let ends_well = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
        return ends_well.then(|| address.parse::<Ipv6Addr>().ok()).flatten().map(IpAddr::V6);
    }
    let address = match node.split_once(':') {
        None => node,
        Some((address, port)) => is_port(port).then_some(address)?,
    };
    address.parse().ok().map(IpAddr::V4)
}

/// A number, or the obfuscated port of RFC 7239: `_` and a name.
fn is_port(port: &str) -> bool {
    match port.strip_prefix('_') {
        Some(name) => {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }
        None => (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_addresses_with_or_without_a_port() {
        let table: &[(&str, Option<&str>)] = &[
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.2.3.4:567", Some("1.2.3.4")),
            ("1.2.3.4:_gate-7", Some("1.2.3.4")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:567", Some("2001:db8::7")),
            ("[::ffff:1.2.3.4]", Some("::ffff:1.2.3.4")),
            ("", None),
            ("unknown", None),
            ("_hidden", None),
            ("1.2.3", None),
            ("1.2.3.256", None),
            ("01.2.3.4", None),
            ("1.2.3.4:", None),
            ("1.2.3.4:http", None),
            ("1.2.3.4:_", None),
            ("1.2.3.4:123456", None),
            ("1.2.3.4:+80", None),
            ("1.2.3.4 ", None),
            ("[1.2.3.4]", None),
            ("[::1", None),
            ("[::1]80", None),
            ("[::1]:", None),
            ("[fe80::1%eth0]", None),
            ("2001:db8::7", None),
        ];
        for (node, expected) in table {
            let expected = expected.map(|text| text.parse().expect("an address"));
            assert_eq!(parse(node.as_bytes()), expected, "{node}");
        }
        assert_eq!(parse(b"1.2.3.4\xff"), None);
    }
}
