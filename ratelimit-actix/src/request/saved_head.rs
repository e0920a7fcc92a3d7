//! A request's head, kept for an answer that is given after routing.
//!
//! The real request lives in the future that routing returned and goes when that is dropped, while
//! outer middlewares (loggers, CORS, error pages) want one with the answer. It cannot be cloned before
//! routing: Actix's routers need the only handle to it. So the answer carries a look-alike: method,
//! URI, version, headers and peer address are true; extensions and app data are empty.

use std::net::SocketAddr;

use actix_http::Request;
use actix_web::{
    HttpRequest,
    dev::ServiceRequest,
    http::{
        Method, Uri, Version,
        header::{HeaderName, HeaderValue},
    },
};

use super::LookAlikes;

/// What of a request outer middlewares look at.
///
/// Nearly all heads are dropped unused, so each is kept in the room of the last one. The headers are a list:
/// to copy the map takes three times as many instructions.
#[derive(Debug, Default)]
pub(crate) struct SavedHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: Vec<(HeaderName, HeaderValue)>,
    peer: Option<SocketAddr>,
}

impl SavedHead {
    pub(crate) fn save(&mut self, request: &ServiceRequest) {
        let head = request.head();
        self.method.clone_from(&head.method);
        self.uri.clone_from(&head.uri);
        self.version = head.version;
        self.headers.extend(head.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        self.peer = head.peer_addr;
    }

    /// Lets go of what was saved: it is part of what was read from the connection, which is to be read into again.
    pub(crate) fn clear(&mut self) {
        self.uri = Uri::default();
        self.headers.clear();
    }

    /// The look-alike.
    pub(crate) fn to_request(&self, look_alikes: &LookAlikes) -> HttpRequest {
        let mut request = Request::new();
        let head = request.head_mut();
        head.method.clone_from(&self.method);
        head.uri.clone_from(&self.uri);
        head.version = self.version;
        for (name, value) in &self.headers {
            head.headers.append(name.clone(), value.clone());
        }
        head.peer_addr = self.peer;
        look_alikes.make(request)
    }
}
