//! The user that the application has recognised.

use std::borrow::Cow;

use actix_web::HttpRequest;
use ratelimit_core::Key;

use super::{IntoKey, KeyExtractor, find};

/// Who makes the request, as the application knows: what [`user`] finds.
///
/// A middleware that recognises users puts it in the request's extensions. It must run before the
/// limits: wrap it after the limiter, since Actix runs what is wrapped last first.
///
/// ```
/// use actix_web::{HttpMessage, test::TestRequest};
/// use ratelimit_actix::key::{self, KeyExtractor, User};
///
/// let request = TestRequest::default().to_http_request();
/// assert_eq!(key::user().extract(&request), None);
///
/// request.extensions_mut().insert(User::new(42_u64));
/// assert_eq!(key::user().extract(&request), Some(42.into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct User(Option<Key>);

impl User {
    /// The user known by `id`: a name, a number, a tenant and a number. An empty name is no user.
    pub fn new(id: impl IntoKey) -> Self {
        Self(id.into_key())
    }

    pub(super) fn key(&self) -> Option<Key> {
        self.0.clone()
    }
}

/// Counts each [`User`] by itself. Requests without one have no key.
#[must_use]
pub fn user() -> CurrentUser {
    CurrentUser(())
}

/// The [`User`] in the request's extensions: [`user`].
#[derive(Clone, Copy, Debug)]
pub struct CurrentUser(());

impl KeyExtractor for CurrentUser {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        find::key_user(request)
    }

    fn label(&self) -> Cow<'static, str> {
        "user".into()
    }
}
