//! What answers tell of limits.

use super::{Setting, setting};
use crate::{
    HeaderNameError, Headers, LimiterBuilder, RetryAfter,
    config::{
        Config,
        apply::{Given, set},
        value::Words,
    },
};

pub(super) const SETTINGS: &[Setting] = &[
    setting("HEADERS", |builder, given| {
        set(builder, given.value.word(FAMILIES), |builder, families| {
            change(builder, |headers| headers.families_of(&families()))
        })
    }),
    setting("HEADERS_ENABLED", |builder, given| {
        set(builder, given.value.boolean(), |builder, enabled| enable(builder, given, enabled))
    }),
    setting("HEADER_LIMIT", |builder, given| rename(builder, given, Headers::rename_limit)),
    setting("HEADER_REMAINING", |builder, given| rename(builder, given, Headers::rename_remaining)),
    setting("HEADER_RESET", |builder, given| rename(builder, given, Headers::rename_reset)),
    setting("HEADER_RETRY_AFTER", |builder, given| rename(builder, given, Headers::rename_retry_after)),
    setting("HEADER_RETRY_AFTER_VALUE", |builder, given| {
        set(builder, given.value.word(RETRY_AFTERS), |builder, form| {
            change(builder, |headers| headers.retry_after(form))
        })
    }),
];

const FAMILIES: &Words<fn() -> Headers> =
    &[("all", Headers::all), ("legacy", Headers::legacy), ("draft", Headers::draft), ("none", Headers::none)];

const RETRY_AFTERS: &Words<RetryAfter> =
    &[("delta-seconds", RetryAfter::Seconds), ("http-date", RetryAfter::HttpDate)];

/// Reports the names that can't be, once all are known: two headers may swap theirs. Those of `before` have
/// been reported.
pub(in crate::config) fn check(
    mut builder: LimiterBuilder,
    config: &Config,
    before: &[HeaderNameError],
) -> LimiterBuilder {
    for problem in builder.settings.headers.problems() {
        if !before.contains(&problem) {
            let setting = format!("HEADER_{}", problem.header().to_ascii_uppercase().replace('-', "_"));
            let name = config.get(&setting).map_or("headers", |entry| entry.name.as_str());
            builder.problem(name, problem);
        }
    }
    builder
}

/// On, headers stay as they are chosen, or are all if none is.
fn enable(builder: LimiterBuilder, given: &Given<'_>, enabled: bool) -> LimiterBuilder {
    if !enabled {
        return change(builder, |headers| headers.families_of(&Headers::none()));
    }
    match given.other("HEADERS") {
        _ if builder.settings.headers.has_any() => builder,
        Some(other) => {
            builder.refuse(format_args!("`{other}` says there are none; leave one of the two out"))
        }
        None => change(builder, |headers| headers.families_of(&Headers::all())),
    }
}

fn rename(
    builder: LimiterBuilder,
    given: &Given<'_>,
    rename: fn(Headers, &str) -> Headers,
) -> LimiterBuilder {
    set(builder, given.value.text("a header's name"), |builder, name| {
        change(builder, |headers| rename(headers, name))
    })
}

fn change(mut builder: LimiterBuilder, change: impl FnOnce(Headers) -> Headers) -> LimiterBuilder {
    builder.settings.headers = change(builder.settings.headers);
    builder
}
