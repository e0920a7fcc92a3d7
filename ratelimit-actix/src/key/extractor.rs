//! What finds keys.

use std::{any, borrow::Cow, sync::Arc};

use actix_web::HttpRequest;
use ratelimit_core::Key;

use super::KeyError;

/// Finds the key of a request.
///
/// Implemented by what the functions of [`key`](crate::key) return, by tuples of up to eight
/// extractors, and by every `fn(&HttpRequest) -> impl IntoKey`. A closure needs its parameter's type,
/// `|request: &HttpRequest| …`, or [`from_fn`](super::from_fn) around it. Implement it yourself for
/// an extractor that has settings to check:
///
/// ```
/// use actix_web::{HttpRequest, test::TestRequest};
/// use ratelimit_actix::{core::Key, key::{KeyError, KeyExtractor}};
///
/// /// The first `length` bytes of the path.
/// struct PathPrefix { length: usize }
///
/// impl KeyExtractor for PathPrefix {
///     fn extract(&self, request: &HttpRequest) -> Option<Key> {
///         request.path().get(..self.length).map(Key::from)
///     }
///
///     fn check(&self) -> Result<(), KeyError> {
///         if self.length == 0 {
///             return Err(KeyError::new("a prefix of 0 bytes is every path's: expected at least 1"));
///         }
///         Ok(())
///     }
/// }
///
/// let request = TestRequest::with_uri("/api/items").to_http_request();
/// assert_eq!(PathPrefix { length: 4 }.extract(&request), Some(Key::from("/api")));
/// assert!(PathPrefix { length: 0 }.check().is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't find rate-limit keys",
    label = "not a key extractor",
    note = "use `key::ip()` or another function of `ratelimit_actix::key`, a tuple of up to 8 of them, or a `fn(&HttpRequest) -> impl IntoKey`",
    note = "give a closure's parameter its type, `|request: &HttpRequest| …`, or wrap it in `key::from_fn`"
)]
pub trait KeyExtractor: Send + Sync + 'static {
    /// The key of `request`, or `None` when it has none. Called for every request, before its body is
    /// read; must not block.
    fn extract(&self, request: &HttpRequest) -> Option<Key>;

    /// Whether this extractor can work at all; asked once, when the limiter is built.
    fn check(&self) -> Result<(), KeyError> {
        Ok(())
    }

    /// Whether the key is the client's address, as [`ip`](super::ip) finds it: the limiter knows that anyway.
    #[doc(hidden)]
    fn is_client_address(&self) -> bool {
        false
    }

    /// What the key is: `header("x-user-id")`. No secrets.
    ///
    /// It is part of the counters' identity: limits that count by differently labelled keys use
    /// different counters. The name of the extractor's type unless you say better, which for a closure
    /// can change with the compiler.
    fn label(&self) -> Cow<'static, str> {
        any::type_name::<Self>().into()
    }
}

/// For extractors chosen at run time: `Arc<dyn KeyExtractor>`.
impl<E: KeyExtractor + ?Sized> KeyExtractor for Arc<E> {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        (**self).extract(request)
    }

    fn check(&self) -> Result<(), KeyError> {
        (**self).check()
    }

    fn is_client_address(&self) -> bool {
        (**self).is_client_address()
    }

    fn label(&self) -> Cow<'static, str> {
        (**self).label()
    }
}
