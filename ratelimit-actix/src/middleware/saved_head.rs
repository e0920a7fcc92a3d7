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
#[derive(Debug)]
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

    /// The look-alike. `TestRequest` is the only public way to make a request.
    pub(crate) fn to_request(&self) -> HttpRequest {
        let mut request = TestRequest::default()
            .method(self.method.clone())
            // A CONNECT request's URI has no path.
            .uri(self.uri.path_and_query().map_or("/", |path| path.as_str()))
            .version(self.version);
        if let Some(peer) = self.peer {
            request = request.peer_addr(peer);
        }
        for header in &self.headers {
            request = request.append_header(header);
        }
        request.to_http_request()
    }
}
