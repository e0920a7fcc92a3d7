//! Finding keys in a request: one function a source, called by the extractors and by code that the
//! macros write, which names them `key_` and the attribute's word.

use std::borrow::Cow;

use actix_web::{HttpMessage, HttpRequest, http::header::AsHeaderName};
use percent_encoding::percent_decode_str;
use ratelimit_core::Key;

use super::{IntoKey, User, client::client_key};

/// `key = ip`
pub fn key_ip(request: &HttpRequest) -> Option<Key> {
    Some(client_key(request))
}

/// `key = global`
pub fn key_global(_request: &HttpRequest) -> Option<Key> {
    Some(Key::global())
}

/// `key = user`
pub fn key_user(request: &HttpRequest) -> Option<Key> {
    request.extensions().get::<User>()?.key()
}

/// `key = header("…")`: the first line of that name as it came, in whatever encoding.
pub fn key_header(request: &HttpRequest, name: impl AsHeaderName) -> Option<Key> {
    let value = request.headers().get(name)?.as_bytes();
    (!value.is_empty()).then(|| value.into())
}

/// `key = cookie("…")`
pub fn key_cookie(request: &HttpRequest, name: &str) -> Option<Key> {
    request.cookie(name)?.value().into_key()
}

/// `key = path("…")`, decoded: routing leaves some characters escaped, and each way of writing them
/// would be another client.
pub fn key_path(request: &HttpRequest, name: &str) -> Option<Key> {
    let value: Cow<'_, [u8]> = percent_decode_str(request.match_info().get(name)?).into();
    (!value.is_empty()).then(|| value.as_ref().into())
}

/// `key = query("…")`: the first of that name, decoded.
pub fn key_query(request: &HttpRequest, name: &str) -> Option<Key> {
    let (_, value) =
        form_urlencoded::parse(request.query_string().as_bytes()).find(|(key, _)| key == name)?;
    value.into_key()
}

/// `key = some_function` and `key = |request| …`
pub fn key_from<'a, F, K>(request: &'a HttpRequest, find: F) -> Option<Key>
where
    F: FnOnce(&'a HttpRequest) -> K,
    K: IntoKey,
{
    find(request).into_key()
}
