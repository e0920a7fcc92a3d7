//! Whom limits count: keys, and what finds them in a request.
//!
//! A limit counts each key by itself. The functions here find the usual keys, tuples combine them,
//! and any function or closure that returns an [`IntoKey`] finds others:
//!
//! ```
//! use actix_web::{HttpRequest, test::TestRequest};
//! use ratelimit_actix::key::{self, KeyExtractor};
//!
//! fn tenant(request: &HttpRequest) -> Option<&str> {
//!     request.headers().get("X-Tenant")?.to_str().ok()
//! }
//!
//! let request = TestRequest::with_uri("/?api_key=k1").insert_header(("X-Tenant", "acme")).to_http_request();
//! assert_eq!(tenant.extract(&request), Some("acme".into()));
//! assert_eq!(key::query("api_key").extract(&request), Some("k1".into()));
//! assert!((tenant, key::query("api_key")).extract(&request).is_some());
//! // A composite key is missing when any part of it is.
//! assert!((tenant, key::cookie("sid")).extract(&request).is_none());
//! ```
//!
//! A key that a request lacks never drops the limit: see [`MissingKey`].
//!
//! Clients choose their headers, cookies, paths and queries freely. A limit that counts only by these
//! slows honest clients down and no others, unless something before it checks the value.

mod arities;
mod client;
mod error;
mod extractor;
pub(crate) mod find;
mod function;
mod into_key;
pub(crate) mod labelled;
mod missing;
mod sources;
mod tuples;
mod user;

pub use self::{
    error::KeyError,
    extractor::KeyExtractor,
    function::{KeyFunction, from_fn},
    into_key::IntoKey,
    missing::MissingKey,
    sources::{Cookie, Global, Header, Ip, Path, Query, cookie, global, header, ip, path, query},
    user::{CurrentUser, User, user},
};
