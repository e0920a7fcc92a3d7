//! Keys as the attributes name them.

use std::borrow::Cow;

use actix_web::HttpRequest;
use ratelimit_core::Key;

use super::KeyExtractor;

/// How a handler's limit finds its key; `None` when the request has none.
pub(crate) type KeyFn = fn(&HttpRequest) -> Option<Key>;

/// A key under the text that the attribute has for it, which is part of its counters' identity.
#[derive(Debug)]
pub(crate) struct Labelled {
    label: &'static str,
    find: KeyFn,
}

/// `key = …`; `label` is the expression's text.
pub(crate) fn labelled(label: &'static str, find: KeyFn) -> Labelled {
    Labelled { label, find }
}

impl KeyExtractor for Labelled {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        (self.find)(request)
    }

    fn is_client_address(&self) -> bool {
        // The attribute's word, which no function can have for a label: the attribute takes it for the word.
        self.label == "ip"
    }

    fn label(&self) -> Cow<'static, str> {
        self.label.into()
    }
}
