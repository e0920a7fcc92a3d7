//! The usual keys.

use std::borrow::Cow;

use actix_web::{HttpRequest, http::header::HeaderName};
use ratelimit_core::Key;

use super::{KeyError, KeyExtractor, find};
use crate::tchar::is_tchar;

/// Counts each client address by itself: the peer's, or behind trusted proxies the one they report.
/// IPv6 clients count by network, a /64 unless the limiter says otherwise.
#[must_use]
pub fn ip() -> Ip {
    Ip(())
}

/// Counts everyone together.
#[must_use]
pub fn global() -> Global {
    Global(())
}

/// Counts each value of a header by itself, byte for byte; the first line when there are several. An
/// absent or empty header is no key.
///
/// ```
/// use actix_web::test::TestRequest;
/// use ratelimit_actix::key::{self, KeyExtractor};
///
/// let request = TestRequest::default().insert_header(("X-User-Id", "ada")).to_http_request();
/// assert_eq!(key::header("X-User-Id").extract(&request), Some("ada".into()));
/// assert_eq!(key::header("X-Tenant").extract(&request), None);
/// assert!(key::header("X User Id").check().is_err());
/// ```
#[must_use]
pub fn header(name: &str) -> Header {
    Header(HeaderName::try_from(name).map_err(|_| bad_name("header", name)))
}

/// Counts each value of a cookie by itself. An absent or empty cookie is no key, nor is any in a
/// `Cookie` header that can't be read.
#[must_use]
pub fn cookie(name: &str) -> Cookie {
    Cookie(name.into())
}

/// Counts each value of a path parameter by itself: `id` of `/items/{id}`. Known once a route has been
/// chosen; a route without the parameter has no key.
#[must_use]
pub fn path(name: &str) -> Path {
    Path(name.into())
}

/// Counts each value of a query parameter by itself, decoded; the first when there are several. An
/// absent or empty parameter is no key.
#[must_use]
pub fn query(name: &str) -> Query {
    Query(name.into())
}

/// The client's address: [`ip`].
#[derive(Clone, Copy, Debug)]
pub struct Ip(());

/// One key for everyone: [`global`].
#[derive(Clone, Copy, Debug)]
pub struct Global(());

/// A header's value: [`header`].
#[derive(Clone, Debug)]
pub struct Header(Result<HeaderName, KeyError>);

/// A cookie's value: [`cookie`].
#[derive(Clone, Debug)]
pub struct Cookie(Box<str>);

/// A path parameter's value: [`path`].
#[derive(Clone, Debug)]
pub struct Path(Box<str>);

/// A query parameter's value: [`query`].
#[derive(Clone, Debug)]
pub struct Query(Box<str>);

impl KeyExtractor for Ip {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_ip(request)
    }

    fn is_client_address(&self) -> bool {
        true
    }

    fn label(&self) -> Cow<'static, str> {
        "ip".into()
    }
}

impl KeyExtractor for Global {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_global(request)
    }

    fn label(&self) -> Cow<'static, str> {
        "global".into()
    }
}

impl KeyExtractor for Header {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_header(request, self.0.as_ref().ok()?)
    }

    fn check(&self) -> Result<(), KeyError> {
        self.0.as_ref().map(drop).map_err(Clone::clone)
    }

    /// Header names are alike in upper and lower case, and so are labels.
    fn label(&self) -> Cow<'static, str> {
        format!("header({:?})", self.0.as_ref().map_or("", HeaderName::as_str)).into()
    }
}

impl KeyExtractor for Cookie {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_cookie(request, &self.0)
    }

    fn check(&self) -> Result<(), KeyError> {
        // Cookie names are tokens, as header names are, but without a limit of length.
        if !self.0.is_empty() && self.0.bytes().all(is_tchar) {
            Ok(())
        } else {
            Err(bad_name("cookie", &self.0))
        }
    }

    fn label(&self) -> Cow<'static, str> {
        format!("cookie({:?})", self.0).into()
    }
}

impl KeyExtractor for Path {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_path(request, &self.0)
    }

    fn check(&self) -> Result<(), KeyError> {
        not_empty("path parameter", &self.0)
    }

    fn label(&self) -> Cow<'static, str> {
        format!("path({:?})", self.0).into()
    }
}

impl KeyExtractor for Query {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_query(request, &self.0)
    }

    fn check(&self) -> Result<(), KeyError> {
        not_empty("query parameter", &self.0)
    }

    fn label(&self) -> Cow<'static, str> {
        format!("query({:?})", self.0).into()
    }
}

fn bad_name(what: &str, name: &str) -> KeyError {
    KeyError::new(format!(
        "{name:?} is no {what} name: expected letters, digits and marks such as `-` or `_`"
    ))
}

fn not_empty(what: &str, name: &str) -> Result<(), KeyError> {
    if name.is_empty() {
        return Err(KeyError::new(format!("a {what} needs a name")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
