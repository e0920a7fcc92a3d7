//! What answers tell of limits.

use actix_web::http::header::HeaderMap;
use ratelimit_actix::{Headers, Limiter, LimiterBuilder};

use crate::world::{World, get};

const LEGACY: [&str; 3] = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
const DRAFT: [&str; 2] = ["ratelimit", "ratelimit-policy"];

/// The headers of a refusal under these settings.
async fn refusal(builder: LimiterBuilder, settings: &[(&str, &str)]) -> HeaderMap {
    let world = World::built(builder.default_limits("1/minute"), settings);
    assert_eq!(world.gets(1).await, [200]);
    let (status, headers) = world.ask(get("/")).await;
    assert_eq!(status, 429);
    headers
}

/// Which families of headers there are: legacy, draft.
async fn families(builder: LimiterBuilder, settings: &[(&str, &str)]) -> (bool, bool) {
    let headers = refusal(builder, settings).await;
    assert!(headers.contains_key("retry-after"));
    let has = |names: &[&str]| {
        let found = names.iter().filter(|name| headers.contains_key(**name)).count();
        assert!(found == 0 || found == names.len(), "{headers:?}");
        found > 0
    };
    (has(&LEGACY), has(&DRAFT))
}

#[actix_web::test]
async fn families_are_chosen_and_switched_off() {
    let table: [(_, &[_], _); 11] = [
        (Headers::all(), &[], (true, true)),
        (Headers::all(), &[("HEADERS", "legacy")], (true, false)),
        (Headers::all(), &[("HEADERS", "Draft")], (false, true)),
        (Headers::all(), &[("HEADERS", "none")], (false, false)),
        (Headers::none(), &[("HEADERS", "all")], (true, true)),
        (Headers::all(), &[("HEADERS_ENABLED", "false")], (false, false)),
        (Headers::all(), &[("HEADERS_ENABLED", "false"), ("HEADERS", "legacy")], (false, false)),
        (Headers::all(), &[("HEADERS_ENABLED", "true"), ("HEADERS", "legacy")], (true, false)),
        (Headers::none(), &[("HEADERS_ENABLED", "true")], (true, true)),
        (Headers::draft(), &[("HEADERS_ENABLED", "true")], (false, true)),
        (Headers::draft(), &[("HEADER_LIMIT", "X-Quota")], (false, true)),
    ];
    for (headers, settings, expected) in table {
        let found = families(Limiter::builder().headers(headers.clone()), settings).await;
        assert_eq!(found, expected, "{headers:?} {settings:?}");
    }
}

#[actix_web::test]
async fn headers_may_be_renamed() {
    let headers = refusal(
        // What only one of the two says, holds.
        Limiter::builder().headers(Headers::legacy().rename_reset("X-Fresh")),
        &[("HEADER_LIMIT", "X-Quota"), ("HEADER_REMAINING", "X-Left"), ("HEADER_RETRY_AFTER", "X-Come-Back")],
    )
    .await;
    for name in ["x-quota", "x-left", "x-fresh", "x-come-back"] {
        assert!(headers.contains_key(name), "{name}: {headers:?}");
    }
    for name in LEGACY.into_iter().chain(["retry-after"]) {
        assert!(!headers.contains_key(name), "{name}: {headers:?}");
    }
    let swapped = [("HEADER_RESET", "X-RateLimit-Limit"), ("HEADER_LIMIT", "X-RateLimit-Reset")];
    let headers = refusal(Limiter::builder(), &swapped).await;
    assert_eq!(headers.get("x-ratelimit-reset").expect("a header"), "1");
}

#[actix_web::test]
async fn retry_after_is_in_seconds_or_a_date() {
    let value = async |form: &str| {
        let headers = refusal(Limiter::builder(), &[("HEADER_RETRY_AFTER_VALUE", form)]).await;
        headers.get("retry-after").expect("a header").to_str().expect("text").to_owned()
    };
    assert_eq!(value("delta-seconds").await, "60");
    assert!(value("http-date").await.ends_with(" GMT"));
    assert!(value("http_date").await.ends_with(" GMT"));
}
