use actix_web::http::header::{HeaderName, HeaderValue};

use super::*;

fn rules(header: ForwardedHeader) -> AddressRules {
    let trusted = ["10.0.0.0/8", "::1", "2001:db8:ffff::/48"];
    let mut rules = AddressRules::default();
    for network in trusted {
        rules.trust(parse_proxy(network).expect(network));
    }
    rules.set_header(header);
    rules
}

fn headers(name: &str, lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let name = HeaderName::try_from(name).expect("a name");
        headers.append(name, HeaderValue::from_bytes(line).expect("a value"));
    }
    headers
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect(text)
}

#[track_caller]
fn check(rules: &AddressRules, name: &str, peer: &str, lines: &[&[u8]], expected: &str) {
    let client = rules.client(Some(ip(peer)), &headers(name, lines));
    let shown: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
    assert_eq!(client, Some(ip(expected)), "{peer} {shown:?}");
}

#[test]
fn x_forwarded_for_is_believed_from_the_right_as_far_as_it_is_vouched_for() {
    let table: &[(&str, &[&[u8]], &str)] = &[
        // Nobody vouches for an untrusted peer's header.
        ("203.0.113.9", &[b"1.1.1.1"], "203.0.113.9"),
        ("203.0.113.9", &[b"10.0.0.1"], "203.0.113.9"),
        ("203.0.113.9", &[], "203.0.113.9"),
        ("::ffff:203.0.113.9", &[b"1.1.1.1"], "203.0.113.9"),
        // Two clients behind one proxy, one of them forging.
        ("10.0.0.1", &[b"203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &[b"203.0.113.7, 203.0.113.8"], "203.0.113.8"),
        ("10.0.0.1", &[b"10.0.0.3, 203.0.113.8"], "203.0.113.8"),
        // Chains, in one line or several.
        ("10.0.0.1", &[b"6.6.6.6, 203.0.113.7, 10.0.0.3, 10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", &[b"6.6.6.6", b"203.0.113.7, 10.0.0.3", b"10.0.0.2"], "203.0.113.7"),
        ("::1", &[b"203.0.113.7,2001:db8:ffff::5"], "203.0.113.7"),
        ("::ffff:10.0.0.1", &[b"::ffff:203.0.113.7, ::ffff:10.0.0.3"], "203.0.113.7"),
        // All trusted: the leftmost.
        ("10.0.0.1", &[b"10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", &[], "10.0.0.1"),
        // Forms of entries.
        ("10.0.0.1", &[b" \t203.0.113.7:4711 "], "203.0.113.7"),
        ("10.0.0.1", &[b"2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", &[b"[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", &[b"[2001:db8::7]:4711"], "2001:db8::7"),
        // Malformed entries end the walk at the last good hop.
        ("10.0.0.1", &[b"unknown"], "10.0.0.1"),
        ("10.0.0.1", &[b""], "10.0.0.1"),
        ("10.0.0.1", &[b"6.6.6.6, "], "10.0.0.1"),
        ("10.0.0.1", &[b"6.6.6.6, , 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &[b"6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &[b"6.6.6.6", b"", b"10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &[b"6.6.6.6 10.0.0.2"], "10.0.0.1"),
        ("10.0.0.1", &[b"6.6.6.6, \xff\xfe, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &[b"\xff, 203.0.113.7"], "203.0.113.7"),
    ];
    for (peer, lines, expected) in table {
        check(&rules(ForwardedHeader::XForwardedFor), "x-forwarded-for", peer, lines, expected);
    }
}

#[test]
fn forwarded_is_believed_from_the_right_as_far_as_it_is_vouched_for() {
    let table: &[(&str, &[&[u8]], &str)] = &[
        ("203.0.113.9", &[b"for=1.1.1.1"], "203.0.113.9"),
        ("10.0.0.1", &[b"for=203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &[b"for=6.6.6.6, For=\"203.0.113.8:99\";proto=https"], "203.0.113.8"),
        ("10.0.0.1", &[b"for=6.6.6.6, for=203.0.113.7", b"for=10.0.0.3,for=10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", &[b"for=10.0.0.3;by=\"a,b;for=6.6.6.6\", for=10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", &[b"for=\"[2001:db8::7]:4711\""], "2001:db8::7"),
        ("10.0.0.1", &[b"for=6.6.6.6, for=_hidden, for=10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &[b"for=6.6.6.6, for=unknown"], "10.0.0.1"),
        ("10.0.0.1", &[b"for=6.6.6.6, proto=https"], "10.0.0.1"),
        ("10.0.0.1", &[b"for=6.6.6.6;for=7.7.7.7"], "10.0.0.1"),
        // Quotes and escapes that a client leaves open reach no further than its own elements.
        ("10.0.0.1", &[b"for=6.6.6.6;x=\", for=203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &[b"for=6.6.6.6;x=\", for=\"[2001:db8::7]\""], "2001:db8::7"),
        ("10.0.0.1", &[b"for=6.6.6.6;x=\"\\, for=\"203.0.113.7\""], "203.0.113.7"),
        ("10.0.0.1", &[b"for=\"\xff\", for=203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", &[b"for=6.6.6.6, for=\"\xff\""], "10.0.0.1"),
    ];
    for (peer, lines, expected) in table {
        check(&rules(ForwardedHeader::Forwarded), "forwarded", peer, lines, expected);
    }
}

#[test]
fn only_the_configured_header_is_read() {
    let from =
        |header, name, line: &[u8]| rules(header).client(Some(ip("10.0.0.1")), &headers(name, &[line]));
    assert_eq!(from(ForwardedHeader::XForwardedFor, "forwarded", b"for=6.6.6.6"), Some(ip("10.0.0.1")));
    assert_eq!(from(ForwardedHeader::Forwarded, "x-forwarded-for", b"6.6.6.6"), Some(ip("10.0.0.1")));
}

#[test]
fn without_rules_no_header_is_believed() {
    let client =
        AddressRules::default().client(Some(ip("127.0.0.1")), &headers("x-forwarded-for", &[b"6.6.6.6"]));
    assert_eq!(client, Some(ip("127.0.0.1")));
}

#[test]
fn a_connection_without_an_address_has_no_client_whatever_it_forges() {
    assert_eq!(
        rules(ForwardedHeader::default()).client(None, &headers("x-forwarded-for", &[b"6.6.6.6"])),
        None
    );
}

#[test]
fn long_headers_are_walked() {
    // Were the work quadratic in the length, this would take hours.
    const BYTES: usize = 4 << 20;
    let lines: [&[u8]; 6] =
        [b",", b"\"", b"\\\"", b"10.0.0.2,", b"for=10.0.0.2,", b"for=10.0.0.2;a=\"\\\\\\\"\","];
    for line in lines {
        let line = line.repeat(BYTES / line.len());
        for (header, name) in
            [(ForwardedHeader::XForwardedFor, "x-forwarded-for"), (ForwardedHeader::Forwarded, "forwarded")]
        {
            let client = rules(header).client(Some(ip("10.0.0.1")), &headers(name, &[&line]));
            assert!(client.is_some_and(|client| rules(header).trusts(client)));
        }
    }
}

#[test]
fn ipv6_counts_by_prefix_and_mapped_addresses_as_ipv4() {
    let key = |prefix, address| {
        let mut rules = AddressRules::default();
        rules.set_ipv6_prefix(prefix);
        rules.key(Some(ip(address)))
    };
    assert_eq!(key(64, "2001:db8::1"), key(64, "2001:db8::ffff:1"));
    assert_ne!(key(64, "2001:db8::1"), key(64, "2001:db8:0:1::1"));
    assert_ne!(key(128, "2001:db8::1"), key(128, "2001:db8::2"));
    assert_eq!(key(48, "2001:db8::1"), key(48, "2001:db8:0:1::1"));
    assert_eq!(key(0, "2001:db8::1"), key(0, "::1"));
    assert_eq!(key(64, "::ffff:203.0.113.7"), Key::from(ip("203.0.113.7")));
    assert_ne!(key(64, "203.0.113.7"), key(64, "203.0.113.8"));
}

#[test]
fn requests_without_an_address_share_a_key_of_their_own() {
    let unknown = AddressRules::default().key(None);
    assert_eq!(unknown, AddressRules::default().key(None));
    for other in [Key::global(), Key::from(""), Key::from(ip("0.0.0.0")), Key::from(ip("::")), Key::from(0)] {
        assert_ne!(unknown, other);
    }
}
