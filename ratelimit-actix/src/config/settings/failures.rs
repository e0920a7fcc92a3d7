//! What becomes of requests while the storage fails.
//!
//! Flask-Limiter has two settings for it, of which the fallback goes first, and lets the error reach the
//! client when neither is on. Here it is one.

use super::{Setting, setting};
use crate::{
    LimiterBuilder, OnError,
    config::{apply::set, value::Words},
};

pub(super) const SETTINGS: &[Setting] = &[
    setting("SWALLOW_ERRORS", |builder, given| {
        set(builder, given.value.boolean(), |builder, swallow| {
            builder.on_error(if swallow { OnError::Open } else { OnError::Closed })
        })
    }),
    setting(FALLBACK_ENABLED, |builder, given| {
        set(builder, given.value.boolean(), |builder, fallback| match given.other("SWALLOW_ERRORS") {
            _ if fallback => builder.on_error(OnError::Fallback),
            Some(_) => builder,
            None => builder.on_error(OnError::Closed),
        })
    }),
    setting("ON_ERROR", |builder, given| {
        let builder = set(builder, given.value.word(ON_ERRORS), LimiterBuilder::on_error);
        let others = ["SWALLOW_ERRORS", FALLBACK_ENABLED];
        others.iter().filter_map(|other| given.other(other)).fold(builder, |builder, other| {
            builder.refuse(format_args!(
                "`{other}` says the same in Flask-Limiter's way; leave one of the two out"
            ))
        })
    }),
];

const FALLBACK_ENABLED: &str = "IN_MEMORY_FALLBACK_ENABLED";

const ON_ERRORS: &Words<OnError> =
    &[("fallback", OnError::Fallback), ("open", OnError::Open), ("closed", OnError::Closed)];
