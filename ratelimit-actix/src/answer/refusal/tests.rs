use std::time::Duration;

use actix_web::{
    body::MessageBody,
    http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue},
    test::TestRequest,
};
use ratelimit_core::{Decision, Policy, Quota, Receipt, Strategy};
use serde_json::{Value, json};

use super::*;
use crate::{Tier, Verdict, enforcement::Charge};

const PROBLEM: &str = "application/problem+json";
const TEXT: &str = "text/plain; charset=utf-8";

fn breach(policies: &[(&str, &str)], retry_after: Option<Duration>) -> Breach {
    let verdict = |(limit, name): &(&str, &str)| {
        let quota = Quota::new(limit.parse().expect("a limit"), Strategy::FixedWindow);
        let policy = Policy::new(quota, "test", ["secret::handler"]).with_name(name);
        let decision = Decision::refuse(3, 0, Duration::from_secs(9), retry_after, Receipt::default());
        Verdict::new(Charge::sample(Tier::Route, policy), decision)
    };
    Breach::new(policies.iter().map(verdict).collect(), retry_after)
}

fn accept(lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(ACCEPT, HeaderValue::from_bytes(line).expect("a value"));
    }
    headers
}

/// The content type and the body.
fn answer(headers: &HeaderMap, breach: &Breach) -> (String, String) {
    let mut request = TestRequest::default().to_srv_request();
    request.head_mut().headers = headers.clone();
    let response = response(request.request(), breach);
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers().get(header::VARY), Some(&HeaderValue::from_static("accept")));
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.expect("a content type").to_owned();
    let body = response.into_body().try_into_bytes().expect("a body in memory");
    (content_type, String::from_utf8(body.to_vec()).expect("text"))
}

#[test]
fn a_problem_document_names_the_violated_policies() {
    let breach = breach(
        &[("3/minute", "login"), ("50/day", "daily \"x\""), ("9/hour", "login")],
        Some(Duration::from_millis(41_001)),
    );
    let (content_type, body) = answer(&HeaderMap::new(), &breach);
    assert_eq!(content_type, PROBLEM);
    let expected = json!({
        "type": "https://iana.org/assignments/http-problem-types#quota-exceeded",
        "title": "Request cannot be satisfied as assigned quota has been exceeded",
        "status": 429,
        "detail": "3 per 1 minute exceeded; retry after 42 seconds",
        "violated-policies": ["login", "daily \"x\""],
    });
    assert_eq!(serde_json::from_str::<Value>(&body).expect("JSON"), expected);
}

#[test]
fn plain_text_says_the_same() {
    let text = accept(&[b"text/plain"]);
    let table = [
        (Some(Duration::from_millis(41_001)), "3 per 1 minute exceeded; retry after 42 seconds"),
        (Some(Duration::from_secs(1)), "3 per 1 minute exceeded; retry after 1 second"),
        (Some(Duration::ZERO), "3 per 1 minute exceeded; retry after 1 second"),
        (None, "3 per 1 minute exceeded; waiting will not help"),
    ];
    for (retry_after, expected) in table {
        let (content_type, body) = answer(&text, &breach(&[("3/minute", "login")], retry_after));
        assert_eq!((content_type.as_str(), body), (TEXT, format!("Too many requests: {expected}")));
    }
    assert_eq!(
        answer(&text, &breach(&[], None)).1,
        "Too many requests: rate limit exceeded; waiting will not help"
    );
}

#[test]
fn the_form_is_the_one_that_the_client_prefers() {
    let table: &[(&[&[u8]], &str)] = &[
        (&[], PROBLEM),
        (&[b""], PROBLEM),
        (&[b"*/*"], PROBLEM),
        (&[b"application/json"], PROBLEM),
        (&[b"application/*, text/*"], PROBLEM),
        (&[b"application/problem+json, text/plain"], PROBLEM),
        (&[b"application/json, text/plain, */*"], PROBLEM),
        (&[b"text/plain;q=0.5, application/json"], PROBLEM),
        (&[b"text/plain;q=0.5, */*;q=0.6"], PROBLEM),
        (&[b"text/plain;q=0, */*"], PROBLEM),
        (&[b"text/plain;q=0"], PROBLEM),
        (&[b"application/xml"], PROBLEM),
        (&[b"image/*", b"application/json"], PROBLEM),
        (&[b"text/plain;q=2, nonsense, \xff"], PROBLEM),
        (&[b"text/*;q=0.9, text/plain;q=0.1, application/json;q=0.5"], PROBLEM),
        (&[b"text/plain"], TEXT),
        (&[b"TEXT/Plain; Charset=UTF-8"], TEXT),
        (&[b"text/*"], TEXT),
        (&[b"text/plain, */*"], TEXT),
        (&[b"text/plain, application/json;q=0.9"], TEXT),
        (&[b"application/json;q=0.1", b"text/plain;q=0.2"], TEXT),
        (&[b"application/json;q=0, */*"], TEXT),
        (&[b"application/json;q=0.9, application/problem+json;q=0.1, text/plain;q=0.5"], TEXT),
        // Browsers.
        (&[b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], TEXT),
        (&[b"text/html, application/json"], PROBLEM),
    ];
    for (lines, expected) in table {
        let shown: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
        assert_eq!(answer(&accept(lines), &breach(&[("3/minute", "n")], None)).0, *expected, "{shown:?}");
    }
}

#[test]
fn bodies_tell_nothing_of_the_handler() {
    for form in [b"text/plain".as_slice(), b"*/*"] {
        let (_, body) = answer(&accept(&[form]), &breach(&[("3/minute", "login")], None));
        assert!(!body.contains("secret") && !body.contains("handler"), "{body}");
    }
}
