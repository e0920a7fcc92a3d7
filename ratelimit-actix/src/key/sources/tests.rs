use actix_web::{http::header::HeaderValue, test::TestRequest};

use super::*;
use crate::key;

#[track_caller]
fn check(extractor: &dyn KeyExtractor, request: TestRequest, expected: Option<&str>) {
    assert_eq!(
        extractor.extract(&request.to_http_request()),
        expected.map(Key::from),
        "{}",
        extractor.label()
    );
}

#[test]
fn ip_counts_the_peer_and_believes_no_header() {
    let from = |peer: &str| {
        let request = TestRequest::default().peer_addr(peer.parse().expect("an address"));
        ip().extract(&request.insert_header(("X-Forwarded-For", "6.6.6.6")).to_http_request())
    };
    assert_eq!(from("203.0.113.7:1"), from("203.0.113.7:2"));
    assert_ne!(from("203.0.113.7:1"), from("203.0.113.8:1"));
    assert_eq!(from("[2001:db8::1]:1"), from("[2001:db8::2]:1"));
    assert_eq!(from("[::ffff:203.0.113.7]:1"), from("203.0.113.7:1"));
    assert!(ip().extract(&TestRequest::default().to_http_request()).is_some());
}

#[test]
fn a_header_is_read_as_it_came() {
    let name = "X-User-Id";
    let with = |value: &[u8]| {
        TestRequest::default().insert_header((name, HeaderValue::from_bytes(value).expect("a value")))
    };
    check(&header(name), with(b"ada"), Some("ada"));
    check(&header("x-user-id"), with(b"ada"), Some("ada"));
    check(&header(name), with(b"ada").append_header((name, "bob")), Some("ada"));
    check(&header(name), with(b""), None);
    check(&header(name), TestRequest::default(), None);
    check(&header("bad name"), with(b"ada"), None);
    assert_eq!(header(name).extract(&with(b"\xff\xfe").to_http_request()), Some(Key::from(&b"\xff\xfe"[..])));
}

#[test]
fn a_cookie_is_missing_when_the_header_is_malformed() {
    let with = |value: &str| TestRequest::default().insert_header(("Cookie", value));
    check(&cookie("sid"), with("a=b; sid=s1"), Some("s1"));
    check(&cookie("sid"), with("sid="), None);
    check(&cookie("sid"), with("a=b"), None);
    check(&cookie("sid"), with("sid"), None);
    let garbage = HeaderValue::from_bytes(b"\xff=\xff").expect("a value");
    check(&cookie("sid"), TestRequest::default().insert_header(("Cookie", garbage)), None);
}

#[test]
fn a_path_parameter_is_the_routes() {
    check(&path("id"), TestRequest::default().param("id", "7"), Some("7"));
    check(&path("id"), TestRequest::default().param("id", ""), None);
    check(&path("id"), TestRequest::default(), None);
}

#[test]
fn a_query_parameter_is_the_first_of_its_name() {
    let table = [
        ("/?id=a", Some("a")),
        ("/?x=y&id=a&id=b", Some("a")),
        ("/?id=a%20b+c", Some("a b c")),
        ("/?%69d=a", Some("a")),
        ("/?id=&id=b", None),
        ("/?id", None),
        ("/?ID=a", None),
        ("/", None),
    ];
    for (uri, expected) in table {
        check(&query("id"), TestRequest::with_uri(uri), expected);
    }
}

#[test]
fn names_that_no_request_can_have_are_errors() {
    let good: [&dyn KeyExtractor; 7] =
        [&ip(), &global(), &key::user(), &header("X-A"), &cookie("sid"), &path("id"), &query("a b")];
    assert!(good.iter().all(|key| key.check().is_ok()));
    let bad: [&dyn KeyExtractor; 6] =
        [&header(""), &header("a b"), &cookie(""), &cookie("a=b"), &path(""), &query("")];
    assert!(bad.iter().all(|key| key.check().is_err()));
    let message = header("X User").check().expect_err("a space").to_string();
    assert_eq!(
        message,
        "\"X User\" is no header name: expected letters, digits and marks such as `-` or `_`"
    );
}

#[test]
fn labels_read_as_attributes_do() {
    let table: [(&dyn KeyExtractor, &str); 6] = [
        (&ip(), "ip"),
        (&global(), "global"),
        (&header("X-User-Id"), "header(\"x-user-id\")"),
        (&cookie("sid"), "cookie(\"sid\")"),
        (&path("id"), "path(\"id\")"),
        (&query("id"), "query(\"id\")"),
    ];
    for (key, label) in table {
        assert_eq!(key.label(), label);
    }
}
