//! Making requests, for answers that are given after routing: see `saved_head`.
//!
//! An `HttpRequest` can only be had from Actix. `TestRequest` makes one, and everything around it anew: 6,000
//! instructions, on each refusal. An app keeps its requests and uses them again, so each worker has a small app
//! whose one service gives back the request that it was called with.

use std::{fmt, future::ready};

use actix_http::Request;
use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    dev::{Service, ServiceRequest, fn_service},
    test::{TestRequest, init_service},
};

use crate::rule::now;

/// A worker's app that makes requests.
pub(crate) struct LookAlikes(Option<Box<dyn Fn(Request) -> Option<HttpRequest>>>);

impl LookAlikes {
    pub(crate) fn new() -> Self {
        let give_back = |request: ServiceRequest| {
            ready(Ok::<_, Error>(request.into_response(HttpResponse::new(actix_web::http::StatusCode::OK))))
        };
        // Nothing in it waits.
        let app = now(init_service(App::new().default_service(fn_service(give_back))));
        Self(app.map(|app| -> Box<dyn Fn(Request) -> Option<HttpRequest>> {
            Box::new(move |request| Some(now(app.call(request))?.ok()?.into_parts().0))
        }))
    }

    /// A request with this head.
    pub(crate) fn make(&self, request: Request) -> HttpRequest {
        let made = self.0.as_ref().and_then(|app| app(request));
        // Were the app ever to wait or to fail, the request is refused all the same.
        made.unwrap_or_else(|| TestRequest::default().to_http_request())
    }
}

impl fmt::Debug for LookAlikes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookAlikes").finish_non_exhaustive()
    }
}
