//! Whom limits count.

/// Keys for code that the macros write.
#[doc(hidden)]
pub mod private {
    use actix_web::HttpRequest;
    use ratelimit_core::Key;

    /// `key = ip`
    pub fn key_ip(_request: &HttpRequest) -> Option<Key> {
        Some(Key::global())
    }
    /// `key = global`
    pub fn key_global(_request: &HttpRequest) -> Option<Key> {
        Some(Key::global())
    }
    /// `key = user`
    pub fn key_user(_request: &HttpRequest) -> Option<Key> {
        None
    }
    /// `key = header("…")`
    pub fn key_header(_request: &HttpRequest, _name: &str) -> Option<Key> {
        None
    }
    /// `key = cookie("…")`
    pub fn key_cookie(_request: &HttpRequest, _name: &str) -> Option<Key> {
        None
    }
    /// `key = path("…")`
    pub fn key_path(_request: &HttpRequest, _name: &str) -> Option<Key> {
        None
    }
    /// `key = query("…")`
    pub fn key_query(_request: &HttpRequest, _name: &str) -> Option<Key> {
        None
    }
    /// `key = some_function` and `key = |request| …`
    pub fn key_from<'a, F, K>(request: &'a HttpRequest, find: F) -> Option<Key>
    where
        F: FnOnce(&'a HttpRequest) -> K,
        K: crate::IntoKey,
    {
        find(request).into_key()
    }
}

/// What a key function may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a rate-limit key",
    note = "return a `String`, `&str`, `u64`, `IpAddr`, `Key`, or an `Option` of these"
)]
pub trait IntoKey {
    /// The key, or `None` when the request has none.
    fn into_key(self) -> Option<ratelimit_core::Key>;
}

impl IntoKey for &str {
    fn into_key(self) -> Option<ratelimit_core::Key> {
        Some(self.into())
    }
}
impl IntoKey for String {
    fn into_key(self) -> Option<ratelimit_core::Key> {
        Some(self.into())
    }
}
impl<K: IntoKey> IntoKey for Option<K> {
    fn into_key(self) -> Option<ratelimit_core::Key> {
        self?.into_key()
    }
}
