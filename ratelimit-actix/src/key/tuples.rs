//! Composite keys.

use std::borrow::Cow;

use actix_web::HttpRequest;
use ratelimit_core::Key;

use super::{KeyError, KeyExtractor, arities::for_each_arity};

macro_rules! tuples {
    ($($($part:ident)+;)*) => {$(
        impl<$($part: KeyExtractor),+> KeyExtractor for ($($part,)+) {
            #[allow(non_snake_case, reason = "parts are named by their types")]
            fn extract(&self, request: &HttpRequest) -> Option<Key> {
                let ($($part,)+) = self;
                Some(Key::composite([$($part.extract(request)?),+]))
            }

            #[allow(non_snake_case, reason = "parts are named by their types")]
            fn check(&self) -> Result<(), KeyError> {
                let ($($part,)+) = self;
                $($part.check()?;)+
                Ok(())
            }

            #[allow(non_snake_case, reason = "parts are named by their types")]
            fn label(&self) -> Cow<'static, str> {
                let ($($part,)+) = self;
                // With a comma after each part, as the macros write it: the label is part of counters' identity.
                format!("({},)", [$($part.label()),+].join(",")).into()
            }
        }
    )*};
}

for_each_arity!(tuples);

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::key;

    #[test]
    fn a_tuple_finds_all_of_its_parts_or_nothing() {
        let keys = (key::query("a"), key::query("b"));
        let find = |uri| keys.extract(&TestRequest::with_uri(uri).to_http_request());
        assert_eq!(find("/?a=1&b=2"), Some(Key::composite([Key::from("1"), Key::from("2")])));
        assert_ne!(find("/?a=1&b=2"), find("/?a=2&b=1"));
        assert_eq!(find("/?a=1"), None);
        assert_eq!(find("/?a=1&b="), None);
    }

    #[test]
    fn a_tuple_checks_and_names_all_of_its_parts() {
        let keys = (key::ip(), (key::user(),), |_: &HttpRequest| 1_u8, key::header("X-A"));
        assert!(keys.check().is_ok());
        assert!(keys.label().starts_with("(ip,(user,),ratelimit_actix::key::tuples::tests::"));
        assert!(keys.label().ends_with(",header(\"x-a\"),)"));
        assert!((key::ip(), (key::global(), key::header("not a name"))).check().is_err());
        let (g, h) = (key::global, key::global);
        assert!(
            (g(), h(), g(), h(), g(), h(), g(), h())
                .extract(&TestRequest::default().to_http_request())
                .is_some()
        );
    }
}
