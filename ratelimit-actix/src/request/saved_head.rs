//! A request's head, kept for an answer that is given after routing.
//!
//! The real request lives in the future that routing returned and goes when that is dropped, while
//! outer middlewares (loggers, CORS, error pages) want one with the answer. It cannot be cloned before
//! routing: Actix's routers need the only handle to it. So the answer carries a look-alike: method,
//! URI, version, headers and peer address are true; extensions and app data are empty.

use std::net::SocketAddr;

use actix_web::{
    HttpRequest,
    dev::ServiceRequest,
    http::{Method, Uri, Version, header::HeaderMap},
    test::TestRequest,
};

/// What of a request outer middlewares look at.
#[derive(Debug, Default)]
pub(crate) struct SavedHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    peer: Option<SocketAddr>,
}

impl SavedHead {
    pub(crate) fn of(request: &ServiceRequest) -> Self {
        let head = request.head();
        Self {
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            headers: head.headers().clone(),
            peer: head.peer_addr,
        }
    }

    /// The look-alike. `TestRequest` is the only public way to make a request; what it would parse again
    /// is set afterwards, for it panics at what it can't read.
    pub(crate) fn to_request(&self) -> HttpRequest {
        let blank = TestRequest::default().method(self.method.clone()).version(self.version);
        let mut request = blank.to_srv_request();
        request.match_info_mut().get_mut().update(&self.uri);
        let head = request.head_mut();
        head.uri = self.uri.clone();
        head.headers = self.headers.clone();
        head.peer_addr = self.peer;
        request.into_parts().0
    }
}
