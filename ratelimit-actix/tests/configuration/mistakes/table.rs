//! Every setting with a bad value, and what is said of it.

/// A name, a bad value, and what is said of it.
pub(crate) type Row = (&'static str, &'static str, String);

const KEYS: &str = "expected `ip`, `global`, `user`, `header(\"…\")`, `cookie(\"…\")`, `path(\"…\")`, `query(\"…\")` or \
                    several such as `(ip, header(\"X-Tenant\"))`";
const STORAGES: &str = "expected memory://, redis://, rediss://, redis+unix://, redis+sentinel://, redis+cluster:// or \
                        postgres://";
const STRATEGIES: &str = "expected `fixed_window`, `sliding_window`, `moving_window` or `token_bucket`";
const FUNCTION: &str = "no text can be the function that Flask-Limiter takes";
const UNITS: &str = "expected second, minute, hour, day, week, month or year, or a duration such as `1h 30m`";
const HEADER: &str = "expected letters, digits and marks such as `-`";

/// Every setting at least once, but for the prefix of keys, which any text can be.
pub(crate) fn table() -> Vec<Row> {
    [limits(), clients(), headers(), storage(), elsewhere()].concat()
}

fn said(message: &str) -> String {
    message.to_owned()
}

fn not_true(found: &str) -> String {
    format!("expected `true` or `false`, found `{found}`")
}

fn limits() -> Vec<Row> {
    vec![
        ("ENABLED", "ture", not_true("ture")),
        ("SHADOW", "2", not_true("2")),
        ("LIMIT_UNMATCHED", "", not_true("")),
        ("LIMIT_PREFLIGHT", "never", not_true("never")),
        (
            "DEFAULT",
            "5/minuet",
            format!("unknown unit `minuet` at bytes 2..8 of `5/minuet`: {UNITS}; did you mean `minute`?"),
        ),
        ("DEFAULT", "", said("no limit given: expected an amount and a window, such as `5/minute`")),
        ("APPLICATION", "5/", format!("missing unit at the end, byte 2, of `5/`: {UNITS}")),
        (
            "META",
            "ten/hour",
            said(
                "invalid amount `ten` at bytes 0..3 of `ten/hour`: expected a whole number in digits, without a sign, as in `5/minute`",
            ),
        ),
        ("DEFAULTS_PER_METHOD", "GET", not_true("GET")),
        (
            "DEFAULTS_PER_METHOD",
            "false",
            said("each method of a route has its own default limits here, always; leave it out"),
        ),
        ("DEFAULTS_COST", "-1", said("expected a whole number, found `-1`")),
        ("APPLICATION_PER_METHOD", "GET,POST", not_true("GET,POST")),
        ("APPLICATION_COST", "1.5", said("expected a whole number, found `1.5`")),
        (
            "STRATEGY",
            "token-buckets",
            format!("unknown strategy `token-buckets` (did you mean `token_bucket`?): {STRATEGIES}"),
        ),
    ]
}

fn clients() -> Vec<Row> {
    vec![
        ("KEY", "IP", format!("{KEYS}, found `IP`; did you mean `ip`?")),
        (
            "KEY",
            "my_app::tenant",
            format!("{KEYS}, found `my_app::tenant`; give a function to `LimiterBuilder::key`"),
        ),
        ("KEY", "header(X-Api-Key)", format!("{KEYS}, found `header(X-Api-Key)`")),
        (
            "KEY",
            "header(\"X Api Key\")",
            said("\"X Api Key\" is no header name: expected letters, digits and marks such as `-` or `_`"),
        ),
        (
            "MISSING_KEY",
            "refused",
            said("expected `client_address`, `refuse` or `skip`, found `refused`; did you mean `refuse`?"),
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/33",
            said("`10.0.0.0/33` names no trusted proxy: expected a prefix length from 0 to 32 after the `/`"),
        ),
        (
            "FORWARDED_HEADER",
            "X-Real-IP",
            said("expected `X-Forwarded-For` or `Forwarded`, found `X-Real-IP`"),
        ),
        ("IPV6_PREFIX", "129", said("129 is not a prefix length; expected 1 to 128")),
        ("IPV6_PREFIX", "/64", said("expected a whole number from 1 to 128, found `/64`")),
    ]
}

fn headers() -> Vec<Row> {
    vec![
        ("HEADERS_ENABLED", "legacy", not_true("legacy")),
        ("HEADERS", "ietf", said("expected `all`, `legacy`, `draft` or `none`, found `ietf`")),
        ("HEADER_LIMIT", "X Quota", format!("\"X Quota\" can't be the name of the limit header: {HEADER}")),
        ("HEADER_REMAINING", "", format!("\"\" can't be the name of the remaining header: {HEADER}")),
        ("HEADER_RESET", "X/Reset", format!("\"X/Reset\" can't be the name of the reset header: {HEADER}")),
        (
            "HEADER_RESET",
            "Retry-After",
            said(
                "\"retry-after\" can't be the name of the reset header: another header of the limiter has this name",
            ),
        ),
        ("HEADER_RETRY_AFTER", "é", format!("\"é\" can't be the name of the retry-after header: {HEADER}")),
        (
            "HEADER_RETRY_AFTER_VALUE",
            "httpdate",
            said("expected `delta-seconds` or `http-date`, found `httpdate`; did you mean `http-date`?"),
        ),
    ]
}

fn storage() -> Vec<Row> {
    vec![
        ("SWALLOW_ERRORS", "all", not_true("all")),
        ("IN_MEMORY_FALLBACK_ENABLED", "5/minute", not_true("5/minute")),
        ("STORAGE_URI", "localhost:6379", format!("not a URI; {STORAGES}")),
        ("STORAGE_URI", "redsi://:hunter2@host", format!("there is no storage for `redsi://`; {STORAGES}")),
        ("STORAGE_DEADLINE", "250", said("expected a duration such as `250ms` or `1s`, found `250`")),
        ("MAX_KEYS", "0", said("memory for 0 counters can't count; expected at least 1")),
        ("MAX_KEYS", "1e6", said("expected a whole number of at least 1, found `1e6`")),
        (
            "ON_ERROR",
            "close",
            said("expected `fallback`, `open` or `closed`, found `close`; did you mean `closed`?"),
        ),
    ]
}

fn elsewhere() -> Vec<Row> {
    vec![
        ("FAIL_ON_FIRST_BREACH", "maybe", not_true("maybe")),
        (
            "FAIL_ON_FIRST_BREACH",
            "false",
            said(
                "a refused request consumes nothing here, so limits after the first that refuses count nothing \
                 either; leave it out",
            ),
        ),
        (
            "KEY_FUNC",
            "app.user",
            format!("{FUNCTION}; set `KEY` to a key such as `ip`, or use `LimiterBuilder::key`"),
        ),
        (
            "REQUEST_IDENTIFIER",
            "app.route",
            format!("{FUNCTION}; routes are told apart by method and pattern; `Rule::scope` names a counter"),
        ),
        ("ON_BREACH_CALLBACK", "f", format!("{FUNCTION}; use `LimiterBuilder::on_breach`")),
        ("ON_META_BREACH_CALLBACK", "f", format!("{FUNCTION}; use `LimiterBuilder::on_meta_breach`")),
        (
            "DEFAULTS_EXEMPT_WHEN",
            "f",
            format!("{FUNCTION}; give `LimiterBuilder::default_limits` a `Rule` with `exempt_when`"),
        ),
        (
            "DEFAULTS_DEDUCT_WHEN",
            "f",
            format!("{FUNCTION}; give `LimiterBuilder::default_limits` a `Rule` with `deduct_when`"),
        ),
        (
            "APPLICATION_EXEMPT_WHEN",
            "f",
            format!("{FUNCTION}; give `LimiterBuilder::application_limits` a `Rule` with `exempt_when`"),
        ),
        (
            "APPLICATION_DEDUCT_WHEN",
            "f",
            format!("{FUNCTION}; give `LimiterBuilder::application_limits` a `Rule` with `deduct_when`"),
        ),
        (
            "STORAGE_OPTIONS",
            "{'password': 'hunter2'}",
            said(
                "the URI says it all here: put user, password, database and the like into `STORAGE_URI`, or give a \
                 storage to `LimiterBuilder::storage`",
            ),
        ),
        (
            "IN_MEMORY_FALLBACK",
            "5/minute",
            said(
                "the same limits hold while the storage fails, counted in memory; leave it out and set `ON_ERROR` to \
                 `fallback`",
            ),
        ),
    ]
}
