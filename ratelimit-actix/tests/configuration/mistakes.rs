//! What is said of settings that can't be.

mod table;

use std::collections::BTreeSet;

use ratelimit_actix::{Config, Headers, Limiter, LimiterBuilder};

use self::table::table;

/// What `build()` says of these settings.
fn problems_of(builder: LimiterBuilder, settings: &[(&str, &str)]) -> Vec<String> {
    let config = Config::from_pairs(settings.iter().copied());
    let error = builder.config(&config).build().expect_err("a bad setting");
    error.problems().to_vec()
}

fn problems(settings: &[(&str, &str)]) -> Vec<String> {
    problems_of(Limiter::builder(), settings)
}

#[test]
fn every_bad_value_is_told_with_what_was_expected() {
    for (name, value, message) in table() {
        assert_eq!(problems(&[(name, value)]), [format!("{name}: {message}")], "{name} {value:?}");
    }
}

#[test]
fn no_secret_is_told() {
    for (name, value, message) in table().iter().filter(|(_, value, _)| value.contains("hunter2")) {
        assert!(!message.contains("hunter2"), "{name} {value}: {message}");
    }
    for name in ["STORAGE_URI", "storage_options", "RATELIMIT_STORAGE_URL", "PASSWORD"] {
        let config = Config::from_pairs([(name, "redis://:hunter2@host"), ("DEFAULT", "5/minute")]);
        let debug = format!("{config:?}");
        assert!(!debug.contains("hunter2") && debug.contains(name) && debug.contains("5/minute"), "{debug}");
        let error = Limiter::builder().config(&config).build();
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}

/// But for the prefix of keys, which any text can be.
#[test]
fn the_table_has_every_setting() {
    let documentation = include_str!("../../../docs/configuration.md");
    let rows = documentation.lines().filter(|line| line.starts_with("| `"));
    let columns = rows.filter_map(|row| row.split('|').nth(1));
    let names = columns.flat_map(|column| column.split(',')).map(|name| name.trim().trim_matches('`'));
    let documented: BTreeSet<_> = names.filter(|name| *name != "KEY_PREFIX").collect();
    let tested: BTreeSet<_> = table().into_iter().map(|(name, _, _)| name).collect();
    assert_eq!(tested, documented);
}

#[test]
fn all_come_at_once_with_those_of_the_program() {
    let settings: Vec<_> = table().into_iter().map(|(name, value, _)| (name, value)).collect();
    let mut seen = BTreeSet::new();
    let once: Vec<_> = settings.into_iter().filter(|(name, _)| seen.insert(*name)).collect();
    let found = problems_of(Limiter::builder().max_keys(0), &once);
    // And `ON_ERROR` goes with neither of the two that say the same.
    assert_eq!(found.len(), once.len() + 1 + 2, "{found:#?}");
    for name in seen {
        assert!(found.iter().any(|problem| problem.starts_with(&format!("{name}: "))), "{name}: {found:#?}");
    }
}

#[test]
fn names_are_suggested_as_they_were_written() {
    let hint = |written: &str| problems(&[(written, "x")]).concat();
    let table = [
        ("RATELIMIT_DEFUALT", "RATELIMIT_DEFAULT"),
        ("ratelimit_storage_url", "ratelimit_storage_uri"),
        ("header_retry_after_vaule", "header_retry_after_value"),
        // The names of the builder's methods, and of Flask-Limiter's parameters.
        ("default_limits", "default"),
        ("application_limits", "application"),
        ("META_LIMITS", "META"),
        ("application_limits_cost", "application_cost"),
        ("default_limits_cost", "defaults_cost"),
        ("default_limits_per_method", "defaults_per_method"),
    ];
    for (written, meant) in table {
        assert_eq!(hint(written), format!("{written}: there is no such setting; did you mean `{meant}`?"));
    }
    for written in ["", "RATELIMIT_", "frobnicate", "a\nb"] {
        let there = "there is no such setting; docs/configuration.md has those there are";
        assert_eq!(hint(written), format!("{}: {there}", written.escape_default()));
    }
}

#[test]
fn what_says_the_same_twice_is_a_mistake() {
    let twice = "has set this already; leave one of the two out";
    assert_eq!(
        problems(&[("DEFAULT", "5/minute"), ("ratelimit_default", "x")]),
        [format!("ratelimit_default: `DEFAULT` {twice}")]
    );
    let way = "says the same in Flask-Limiter's way; leave one of the two out";
    assert_eq!(
        problems(&[("on_error", "open"), ("SWALLOW_ERRORS", "true")]),
        [format!("on_error: `SWALLOW_ERRORS` {way}")]
    );
    assert_eq!(
        problems(&[("headers", "none"), ("headers_enabled", "true")]),
        ["headers_enabled: `headers` says there are none; leave one of the two out"]
    );
}

#[test]
fn costs_and_methods_want_limits_that_can_have_them() {
    let none = |limits| format!("there are no limits it could be of; set `{limits}` too");
    assert_eq!(problems(&[("defaults_cost", "2")]), [format!("defaults_cost: {}", none("default"))]);
    assert_eq!(
        problems(&[("RATELIMIT_APPLICATION_PER_METHOD", "true")]),
        [format!("RATELIMIT_APPLICATION_PER_METHOD: {}", none("RATELIMIT_APPLICATION"))]
    );
    // It is the limits that are wrong then, not that there are none.
    assert_eq!(problems(&[("DEFAULTS_COST", "2"), ("DEFAULT", "x")]).len(), 1);
    assert_eq!(
        problems(&[("DEFAULTS_COST", "6"), ("DEFAULT", "5/minute; 50/hour")]),
        ["DEFAULTS_COST: a cost of 6 never passes: `5 per 1 minute` lets at most 5 through at once"]
    );
}

#[test]
fn names_of_headers_are_checked_together_with_the_programs() {
    let builder = Limiter::builder().headers(Headers::all().rename_limit("X-Quota"));
    assert_eq!(
        problems_of(builder, &[("HEADER_RESET", "X-Quota")]),
        [
            "HEADER_RESET: \"x-quota\" can't be the name of the reset header: another header of the limiter has this name"
        ]
    );
    // What the program got wrong is told once.
    let builder = Limiter::builder().headers(Headers::all().rename_limit("X Quota"));
    let found = problems_of(builder, &[("HEADER_RESET", "X-Fresh")]);
    assert!(matches!(&found[..], [one] if one.starts_with("headers: \"X Quota\"")), "{found:?}");
}

#[test]
fn a_problem_is_one_line_and_not_too_long() {
    let value = format!("a\nb\u{1b}[31m{}", "x".repeat(1000));
    let found = problems(&[("ENABLED", &value), ("STRATEGY", "a\nb"), ("KEY", &value), ("MAX_KEYS", "\r\n")]);
    assert_eq!(found.len(), 4);
    for problem in found {
        assert!(!problem.contains(char::is_control) && problem.len() < 400, "{problem}");
    }
}
