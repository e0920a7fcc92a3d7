//! Settings: every bad one is an error of `build()`, all at once, and none tells a secret.

use std::time::Duration;

use actix_web::HttpRequest;
use ratelimit_actix::{
    Headers, Limit, LimitSet, Limiter, LimiterBuilder, Rule, Strategy,
    key::{self, KeyExtractor},
};

/// What `build()` says of one bad setting.
fn problem(setting: impl FnOnce(LimiterBuilder) -> LimiterBuilder) -> String {
    let error = setting(Limiter::builder()).build().expect_err("a bad setting");
    assert_eq!(error.problems().len(), 1, "{error}");
    error.to_string()
}

#[test]
fn limits_come_in_many_forms() {
    let limit: Limit = "5/minute".parse().expect("a limit");
    let set: LimitSet = "5/minute; 50/hour".parse().expect("limits");
    let build = |builder: LimiterBuilder| builder.build().expect("right settings");
    build(Limiter::builder().default_limits("200/day; 50/hour"));
    build(Limiter::builder().default_limits(String::from("1 per 10 minutes")));
    build(Limiter::builder().default_limits(limit).application_limits(vec![limit]));
    build(Limiter::builder().default_limits(set).strategy(Strategy::TokenBucket));
}

#[test]
fn bad_limits_are_named_with_what_was_expected() {
    let misspelt = problem(|builder| builder.default_limits("5/minuet"));
    assert!(misspelt.contains("default_limits: unknown unit `minuet`"), "{misspelt}");
    assert!(misspelt.contains("did you mean `minute`?"), "{misspelt}");
    for bad in
        ["", " ", "5/minute;", "5", "minute", "99999999999999999999/day", "5/999999999999999 days", "1/0 s"]
    {
        assert!(problem(|builder| builder.application_limits(bad)).contains("application_limits: "), "{bad}");
    }
    assert!(problem(|builder| builder.default_limits(Vec::<Limit>::new())).contains("default_limits: "));
}

#[test]
fn bursts_are_checked_before_a_function_finds_the_limits() {
    let rule = || Rule::new(|_: &HttpRequest| "5/minute").strategy(Strategy::TokenBucket);
    let none = problem(|builder| builder.default_limits(rule().burst(0)));
    assert!(none.contains("default_limits: a burst of 0 would refuse every request"), "{none}");
    let narrow = problem(|builder| builder.default_limits(rule().burst(2).cost(3)));
    assert!(narrow.contains("default_limits: a cost of 3 never passes: a burst of 2"), "{narrow}");
    let limiter = Limiter::builder().default_limits([rule().burst(2).cost(2), rule().cost(9)]);
    limiter.build().expect("costs that may pass");
}

#[test]
fn bad_addresses_headers_and_numbers_are_named() {
    assert!(problem(|builder| builder.trusted_proxies(["10.0.0.0/33"])).contains("10.0.0.0/33"));
    assert!(problem(|builder| builder.trusted_proxies(["10.0.0.1", "proxy.test"])).contains("proxy.test"));
    assert!(problem(|builder| builder.ipv6_prefix(129)).contains("ipv6_prefix: 129"));
    assert!(problem(|builder| builder.key(key::header("no spaces"))).contains("key: "));
    assert!(problem(|builder| builder.key((key::ip(), key::header("é")))).contains("key: "));
    assert!(problem(|builder| builder.headers(Headers::all().rename_limit("a b"))).contains("headers: "));
    assert!(problem(|builder| builder.max_keys(0)).contains("max_keys: "));
    assert!(problem(|builder| builder.storage_deadline(Duration::ZERO)).contains("storage_deadline: "));
}

#[test]
fn storage_uris_that_can_not_be_are_named_without_their_secrets() {
    for bad in ["", "memory", "memory://elsewhere", "memcached://host"] {
        assert!(problem(|builder| builder.storage_uri(bad)).contains("storage_uri: "), "{bad}");
    }
    let secret = problem(|builder| builder.storage_uri("mongodb://user:hunter2@host"));
    assert!(secret.contains("mongodb://") && !secret.contains("hunter2"), "{secret}");
    Limiter::builder().storage_uri("memory://").build().expect("the default");
}

#[test]
fn all_problems_come_at_once() {
    let error = Limiter::builder()
        .default_limits("x")
        .trusted_proxies(["y"])
        .max_keys(0)
        .build()
        .expect_err("bad settings");
    let settings: Vec<_> = error.problems().iter().filter_map(|problem| problem.split(':').next()).collect();
    assert_eq!(settings, ["default_limits", "trusted_proxies", "max_keys"]);
}

#[test]
fn debug_shows_no_secrets() {
    let limiter = Limiter::builder().default_limits("5/minute").build().expect("right settings");
    assert!(format!("{limiter:?}").contains("default_limits"));
    let key = key::header("authorization");
    assert_eq!(key.label(), "header(\"authorization\")");
}

#[cfg(feature = "redis")]
#[test]
fn redis_uris_are_checked_without_a_server() {
    for right in [
        "redis://127.0.0.1:1",
        "redis://user:p%40ss@host/3",
        "rediss://host",
        "redis+unix:///run/redis.sock?db=1",
        "redis+sentinel://:secret@a,b:26380/mymaster?db=2",
        "redis+cluster://a:7000,b:7001",
        "valkey://host",
    ] {
        Limiter::builder().storage_uri(right).build().expect(right);
    }
    for bad in
        ["redis://", "redis://host/zero", "redis://host?tiemout=1", "redis+sentinel://host", "redis+unix://"]
    {
        assert!(problem(|builder| builder.storage_uri(bad)).contains("storage_uri: "), "{bad}");
    }
    let secret = problem(|builder| builder.storage_uri("redis://user:hunter2@host/zero"));
    assert!(secret.contains("`zero` is not a database number") && !secret.contains("hunter2"), "{secret}");
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_uris_are_checked_without_a_server() {
    Limiter::builder().storage_uri("postgres://app:secret@127.0.0.1:1/shop").build().expect("a right URI");
    let secret = problem(|builder| builder.storage_uri("postgres://user:hunter2@host:port/shop"));
    assert!(secret.contains("storage_uri: ") && !secret.contains("hunter2"), "{secret}");
}
