//! TOML, JSON and what else serde reads.

use ratelimit_actix::{Config, Limiter};
use serde::Deserialize;

/// An app's own settings, of which the limiter's are a part.
#[derive(Deserialize)]
struct Settings {
    bind: String,
    #[serde(default)]
    ratelimit: Config,
}

fn problems(config: &Config) -> Vec<String> {
    Limiter::builder().config(config).build().expect_err("bad settings").problems().to_vec()
}

#[test]
fn a_part_of_an_apps_own_toml() {
    let settings: Settings = toml::from_str(
        r#"
        bind = "127.0.0.1:8080"

        [ratelimit]
        default = ["200/day; 50/hour", "5/minute"]
        APPLICATION = "1000/minute"
        strategy = "sliding-window"
        trusted_proxies = ["10.0.0.0/8", "::1"]
        headers_enabled = false
        ipv6_prefix = 56
        key = '(ip, header("X-Api-Key"))'
        storage_deadline = "100ms"
        "#,
    )
    .expect("TOML");
    assert_eq!(settings.bind, "127.0.0.1:8080");
    let limiter = Limiter::builder().config(&settings.ratelimit).build().expect("right settings");
    let debug = format!("{limiter:?}");
    assert!(debug.contains("SlidingWindow"), "{debug}");

    let settings: Settings = toml::from_str("bind = 'localhost:80'").expect("TOML");
    assert_eq!(settings.ratelimit, Config::default());
}

#[test]
fn the_documentations_example_is_right() {
    let documentation = include_str!("../../../docs/configuration.md");
    let after = documentation.split_once("```toml\n").expect("an example").1;
    let settings = format!("bind = 'localhost:80'\n{}", after.split_once("```").expect("its end").0);
    let settings: Settings = toml::from_str(&settings).expect("TOML");
    assert_ne!(settings.ratelimit, Config::default());
    Limiter::builder().config(&settings.ratelimit).build().expect("right settings");
}

#[test]
fn json_with_numbers_truths_and_nulls() {
    let config: Config = serde_json::from_str(
        r#"{
            "RATELIMIT_DEFAULT": "5/minute", "RATELIMIT_DEFAULTS_COST": 2, "RATELIMIT_ENABLED": true,
            "RATELIMIT_SWALLOW_ERRORS": false, "RATELIMIT_KEY_FUNC": null, "RATELIMIT_STORAGE_OPTIONS": null,
            "RATELIMIT_MAX_KEYS": 1e6, "RATELIMIT_KEY_PREFIX": "shop"
        }"#,
    )
    .expect("JSON");
    let limiter = Limiter::builder().config(&config).build().expect("right settings");
    assert!(format!("{limiter:?}").contains("shop"));
}

#[test]
fn every_mistake_is_told_whatever_its_type() {
    let json = r#"{
        "default": ["5/minuet", "x"], "application": [], "meta": {"limit": "5/hour"}, "enabled": ["true"],
        "max_keys": 1.5, "ipv6_prefix": 300, "storage_uri": ["redis://:hunter2@host"], "key": 7,
        "storage_options": {"password": "hunter2"}, "trusted_proxies": [["10.0.0.0/8"]],
        "key_prefix": [null], "strategy": true, "headers": -1
    }"#;
    let config: Config = serde_json::from_str(json).expect("JSON");
    let debug = format!("{config:?}");
    assert!(!debug.contains("hunter2"), "{debug}");
    assert_eq!(
        problems(&config),
        [
            "enabled: expected `true` or `false`, found a list",
            "strategy: unknown strategy `true`: expected `fixed_window`, `sliding_window`, \
             `moving_window` or `token_bucket`",
            "default: unknown unit `minuet` at bytes 2..8 of `5/minuet`: expected second, minute, \
             hour, day, week, month or year, or a duration such as `1h 30m`; did you mean \
             `minute`?",
            "default: invalid amount `x` at bytes 0..1 of `x`: expected a whole number in digits, \
             without a sign, as in `5/minute`",
            "application: no limit given: expected an amount and a window, such as `5/minute`",
            "meta: expected limits such as `200/day; 50/hour`, found a table",
            "key: expected `ip`, `global`, `user`, `header(\"…\")`, `cookie(\"…\")`, \
             `path(\"…\")`, `query(\"…\")` or several such as `(ip, header(\"X-Tenant\"))`, found \
             `7`; give a function to `LimiterBuilder::key`",
            "key_prefix: expected text, found a list that holds more than plain values",
            "trusted_proxies: expected addresses or networks such as `10.0.0.0/8`, found a list \
             that holds more than plain values",
            "ipv6_prefix: expected a whole number from 1 to 128, found `300`",
            "headers: expected `all`, `legacy`, `draft` or `none`, found `-1`",
            "storage_uri: expected a URI such as `redis://host`, found a list",
            "max_keys: expected a whole number of at least 1, found `1.5`",
            "storage_options: the URI says it all here: put user, password, database and the like \
             into `storage_uri`, or give a storage to `LimiterBuilder::storage`",
        ],
    );
}

#[test]
fn a_name_twice_is_a_mistake() {
    let config: Config =
        serde_json::from_str(r#"{"enabled": true, "RATELIMIT_ENABLED": true, "Enabled": false}"#)
            .expect("JSON");
    assert_eq!(
        problems(&config),
        [
            "RATELIMIT_ENABLED: `enabled` has set this already; leave one of the two out",
            "Enabled: `enabled` has set this already; leave one of the two out",
        ],
    );
}

#[test]
fn what_is_no_table_is_an_error_of_serde() {
    let error = serde_json::from_str::<Config>("[1]").expect_err("a list");
    assert!(error.to_string().contains("expected a table of rate-limit settings"), "{error}");
}
