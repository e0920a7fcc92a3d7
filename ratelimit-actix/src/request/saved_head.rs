//! A request's head, kept for an answer that is given after routing.
//!
//! The real request lives in the future that routing returned and goes when that is dropped, while
//! outer middlewares (loggers, CORS, error pages) want one with the answer. It cannot be cloned before
//! routing: Actix's routers need the only handle to it. So the answer carries a look-alike: method,
//! URI, version, headers and peer address are true; extensions and app data are empty.

use std::{mem, net::SocketAddr};

use actix_web::{
    HttpRequest,
    dev::ServiceRequest,
    http::{
        Method, Uri, Version,
        header::{HeaderName, HeaderValue},
    },
    test::TestRequest,
};

/// The headers as a list: nearly all heads are dropped unused, and to copy the map takes three times as many
/// instructions. The list's room is used again for the next request.
pub(crate) type HeaderList = Vec<(HeaderName, HeaderValue)>;

/// What of a request outer middlewares look at.
#[derive(Debug, Default)]
pub(crate) struct SavedHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderList,
    peer: Option<SocketAddr>,
}

impl SavedHead {
    /// That of `request`, with its headers in the room of a `spare` list.
    pub(crate) fn of(request: &ServiceRequest, mut spare: HeaderList) -> Self {
        let head = request.head();
        spare.extend(head.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        Self {
            method: head.method.clone(),
            uri: head.uri.clone(),
            version: head.version,
            headers: spare,
            peer: head.peer_addr,
        }
    }

    /// The list, empty, to be used again.
    pub(crate) fn take_headers(&mut self) -> HeaderList {
        self.headers.clear();
        mem::take(&mut self.headers)
    }

    /// The look-alike. `TestRequest` is the only public way to make a request; what it would parse again
    /// is set afterwards, for it panics at what it can't read.
    pub(crate) fn to_request(&self) -> HttpRequest {
        let blank = TestRequest::default().method(self.method.clone()).version(self.version);
        let mut request = blank.to_srv_request();
        request.match_info_mut().get_mut().update(&self.uri);
        let head = request.head_mut();
        head.uri = self.uri.clone();
        for (name, value) in &self.headers {
            head.headers.append(name.clone(), value.clone());
        }
        head.peer_addr = self.peer;
        request.into_parts().0
    }
}
