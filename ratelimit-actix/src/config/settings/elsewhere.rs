//! Settings of Flask-Limiter that are none here: its functions, which no text can be, and what needs no
//! setting. Whoever brings them along is told what to do instead.

use std::fmt;

use super::{Setting, setting};
use crate::{LimiterBuilder, config::apply::set};

pub(super) const SETTINGS: &[Setting] = &[
    setting("STORAGE_OPTIONS", |builder, given| {
        builder.refuse(format_args!(
            "the URI says it all here: put user, password, database and the like into `{}`, or give a storage \
             to `LimiterBuilder::storage`",
            given.like("STORAGE_URI")
        ))
    }),
    setting("IN_MEMORY_FALLBACK", |builder, given| {
        builder.refuse(format_args!(
            "the same limits hold while the storage fails, counted in memory; leave it out and set `{}` to `fallback`",
            given.like("ON_ERROR")
        ))
    }),
    setting("FAIL_ON_FIRST_BREACH", |builder, given| match given.value.boolean() {
        Ok(false) => builder.refuse(
            "a refused request consumes nothing here, so limits after the first that refuses count nothing \
             either; leave it out",
        ),
        read => set(builder, read, |builder, _| builder),
    }),
    setting("KEY_FUNC", |builder, given| {
        let key = given.like("KEY");
        function(builder, format_args!("set `{key}` to a key such as `ip`, or use `LimiterBuilder::key`"))
    }),
    setting("REQUEST_IDENTIFIER", |builder, _| {
        function(builder, "routes are told apart by method and pattern; `Rule::scope` names a counter")
    }),
    setting("ON_BREACH_CALLBACK", |builder, _| function(builder, "use `LimiterBuilder::on_breach`")),
    setting("ON_META_BREACH_CALLBACK", |builder, _| {
        function(builder, "use `LimiterBuilder::on_meta_breach`")
    }),
    setting("DEFAULTS_EXEMPT_WHEN", |builder, _| {
        function(builder, "give `LimiterBuilder::default_limits` a `Rule` with `exempt_when`")
    }),
    setting("DEFAULTS_DEDUCT_WHEN", |builder, _| {
        function(builder, "give `LimiterBuilder::default_limits` a `Rule` with `deduct_when`")
    }),
    setting("APPLICATION_EXEMPT_WHEN", |builder, _| {
        function(builder, "give `LimiterBuilder::application_limits` a `Rule` with `exempt_when`")
    }),
    setting("APPLICATION_DEDUCT_WHEN", |builder, _| {
        function(builder, "give `LimiterBuilder::application_limits` a `Rule` with `deduct_when`")
    }),
];

fn function(builder: LimiterBuilder, way: impl fmt::Display) -> LimiterBuilder {
    builder.refuse(format_args!("no text can be the function that Flask-Limiter takes; {way}"))
}
