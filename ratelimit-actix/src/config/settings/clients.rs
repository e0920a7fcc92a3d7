//! Who is counted, and by which address.

use super::{Setting, setting};
use crate::{
    ForwardedHeader, LimiterBuilder, MissingKey,
    config::{apply::set, key, value::Words},
};

pub(super) const SETTINGS: &[Setting] = &[
    setting("KEY", |builder, given| {
        let text = given.value.text("a key such as `ip`");
        let key = text.and_then(|text| key::parse(text).map_err(|mistake| vec![mistake]));
        set(builder, key, LimiterBuilder::key)
    }),
    setting("MISSING_KEY", |builder, given| {
        set(builder, given.value.word(MISSING_KEYS), LimiterBuilder::missing_key)
    }),
    setting("KEY_PREFIX", |builder, given| {
        set(builder, given.value.text("text"), LimiterBuilder::key_prefix)
    }),
    setting("TRUSTED_PROXIES", |builder, given| {
        let proxies = given.value.list("addresses or networks such as `10.0.0.0/8`");
        set(builder, proxies, LimiterBuilder::trusted_proxies)
    }),
    setting("FORWARDED_HEADER", |builder, given| {
        set(builder, given.value.word(FORWARDED_HEADERS), LimiterBuilder::forwarded_header)
    }),
    setting("IPV6_PREFIX", |builder, given| {
        set(builder, given.value.number("a whole number from 1 to 128"), LimiterBuilder::ipv6_prefix)
    }),
];

const MISSING_KEYS: &Words<MissingKey> = &[
    ("client_address", MissingKey::ClientAddress),
    ("refuse", MissingKey::Refuse),
    ("skip", MissingKey::Skip),
];

const FORWARDED_HEADERS: &Words<ForwardedHeader> =
    &[("X-Forwarded-For", ForwardedHeader::XForwardedFor), ("Forwarded", ForwardedHeader::Forwarded)];
