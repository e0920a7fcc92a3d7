//! Functions and closures that find keys.

use actix_web::HttpRequest;
use ratelimit_core::Key;

use super::{IntoKey, KeyExtractor};

/// `Fn(&'a HttpRequest) -> impl IntoKey`: this trait names the result, which may borrow from the
/// request. Implemented for all such functions; there is nothing to implement by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't find rate-limit keys",
    label = "not a key extractor",
    note = "use `key::ip()` or another function of `ratelimit_actix::key`, a tuple of up to 8 of them, or a `fn(&HttpRequest) -> impl IntoKey`",
    note = "give a closure's parameter its type, `|request: &HttpRequest| …`, or wrap it in `key::from_fn`"
)]
pub trait KeyFunction<'a>: Fn(&'a HttpRequest) -> Self::Found {
    /// What the function returns.
    type Found: IntoKey;
}

impl<'a, F, K> KeyFunction<'a> for F
where
    F: Fn(&'a HttpRequest) -> K,
    K: IntoKey,
{
    type Found = K;
}

impl<F> KeyExtractor for F
where
    F: for<'a> KeyFunction<'a> + Send + Sync + 'static,
{
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        self(request).into_key()
    }
}

/// Lets a closure do without its parameter's type.
///
/// ```
/// use actix_web::test::TestRequest;
/// use ratelimit_actix::key::{self, KeyExtractor};
///
/// let by_host = key::from_fn(|request| request.uri().host().map(str::to_owned));
/// let request = TestRequest::with_uri("http://shop.example/").to_http_request();
/// assert_eq!(by_host.extract(&request), Some("shop.example".into()));
/// ```
pub fn from_fn<F, K>(find: F) -> F
where
    F: Fn(&HttpRequest) -> K + Send + Sync + 'static,
    K: IntoKey,
{
    find
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn borrowed(request: &HttpRequest) -> &str {
        request.path()
    }

    fn borrowed_option(request: &HttpRequest) -> Option<&str> {
        request.uri().query()
    }

    fn owned(request: &HttpRequest) -> String {
        request.path().to_owned()
    }

    #[test]
    fn functions_and_closures_find_keys() {
        let request = TestRequest::with_uri("/a").to_http_request();
        let found = |extractor: &dyn KeyExtractor| extractor.extract(&request);
        assert_eq!(found(&borrowed), Some("/a".into()));
        assert_eq!(found(&borrowed_option), None);
        assert_eq!(found(&owned), Some("/a".into()));
        assert_eq!(found(&(borrowed as fn(&HttpRequest) -> &str)), Some("/a".into()));
        let prefix = String::from("p");
        assert_eq!(
            found(&move |request: &HttpRequest| format!("{prefix}{}", request.path())),
            Some("p/a".into())
        );
        assert_eq!(found(&|_: &HttpRequest| 7_u64), Some(7.into()));
        assert_eq!(found(&|_: &HttpRequest| Key::global()), Some(Key::global()));
        assert_eq!(found(&from_fn(|request| (request.path().len(), "x"))), (2_u64, "x").into_key());
    }

    #[test]
    fn a_function_is_labelled_by_its_path() {
        assert!(borrowed.label().ends_with("tests::borrowed"));
    }
}
