//! What macro-written code calls. Not for people: it changes without notice.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};

use crate::middleware::{
    guard::{self, Checked},
    selection,
};

pub use actix_web::Handler;
pub use actix_web::{HttpRequest as Request, HttpResponse as Response};
pub use ratelimit_core::{Key, LimitSet, Strategy};
pub use std::sync::LazyLock;

pub use crate::key::{find::*, labelled::labelled};
pub use crate::route::{Exemption, Route, limit};
pub use crate::{Breach, OnError, Rule};

/// Gives a closure's parameter its type.
pub fn of_request<F, T>(function: F) -> F
where
    F: Fn(&HttpRequest) -> T,
{
    function
}

/// The same for an `async` closure.
pub fn of_request_async<F, T>(function: F) -> F
where
    F: AsyncFn(&HttpRequest) -> T,
{
    function
}

/// The same for a closure of the response.
pub fn of_response<F, T>(function: F) -> F
where
    F: Fn(&HttpResponse) -> T,
{
    function
}

/// The same for a closure of the request and its breach.
pub fn of_breach<F, T>(function: F) -> F
where
    F: Fn(&HttpRequest, &Breach) -> T,
{
    function
}

/// Marks the handler of the request that is being routed on this thread. Actix clones a handler
/// exactly when its route has been chosen and before anything of it runs.
pub fn selected(route: &'static Route) {
    selection::selected(route);
}

/// The request and its untouched body: an extractor that reads nothing and can't fail.
pub struct RawRequest {
    request: HttpRequest,
    payload: Payload,
}

impl std::fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawRequest").finish_non_exhaustive()
    }
}

impl FromRequest for RawRequest {
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

/// What `guard` returns.
pub struct Guarded(Way);

enum Way {
    /// Refused; `None` once that has been told.
    Refused(Option<HttpResponse>),
    Running(Pin<Box<dyn Future<Output = HttpResponse>>>),
}

impl std::fmt::Debug for Guarded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guarded").finish_non_exhaustive()
    }
}

impl Future for Guarded {
    type Output = HttpResponse;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<HttpResponse> {
        match &mut self.get_mut().0 {
            // After it was told there is nothing to wait for.
            Way::Refused(answer) => answer.take().map_or(Poll::Pending, Poll::Ready),
            Way::Running(answer) => answer.as_mut().poll(context),
        }
    }
}

/// Runs `handler` for a request that its route's limits let pass.
///
/// Limits that answer at once are asked at once, before there is a future to keep room for it.
pub fn guard<H, Args>(raw: RawRequest, route: &'static Route, handler: H) -> Guarded
where
    H: Handler<Args>,
    Args: FromRequest,
    H::Output: Responder,
{
    let RawRequest { request, mut payload } = raw;
    let waiting = match guard::check_now(&request, route) {
        Checked::Passed => None,
        Checked::Refused(answer) => return Guarded(Way::Refused(Some(answer))),
        Checked::ToBeAwaited(states) => Some(states),
    };
    Guarded(Way::Running(Box::pin(async move {
        if let Some(states) = waiting {
            // Boxed, so that what answers at once has no room for it.
            if let Some(refused) = Box::pin(guard::check(states, &request, route)).await {
                return refused;
            }
        }
        match Args::from_request(&request, &mut payload).await {
            Err(error) => HttpResponse::from_error(error),
            Ok(arguments) => handler.call(arguments).await.respond_to(&request).map_into_boxed_body(),
        }
    })))
}
