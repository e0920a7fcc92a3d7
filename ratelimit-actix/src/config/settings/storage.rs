//! Where counters are.

use super::{Setting, setting};
use crate::{LimiterBuilder, config::apply::set};

pub(super) const SETTINGS: &[Setting] = &[
    setting("STORAGE_URI", |builder, given| {
        set(builder, given.value.text("a URI such as `redis://host`"), LimiterBuilder::storage_uri)
    }),
    setting("STORAGE_DEADLINE", |builder, given| {
        set(builder, given.value.duration(), LimiterBuilder::storage_deadline)
    }),
    setting("MAX_KEYS", |builder, given| {
        set(builder, given.value.number("a whole number of at least 1"), LimiterBuilder::max_keys)
    }),
];
