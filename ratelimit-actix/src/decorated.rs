//! What a decorated handler is registered as.

use std::{
    fmt,
    future::{Ready, ready},
    pin::Pin,
    sync::LazyLock,
};

use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, dev::Payload};

use crate::{
    middleware::{
        guard::{self, Checked},
        selection,
    },
    route::Route,
};

/// A handler with limits or exemptions: one type for all of them, so that what Actix does with a handler is compiled
/// once and not for each.
pub struct Decorated {
    route: &'static LazyLock<Route>,
    run: Run,
}

/// Runs the handler that the user wrote.
type Run = fn(HttpRequest, Payload) -> Answer;

/// What a handler answers, in time.
pub type Answer = Pin<Box<dyn Future<Output = HttpResponse>>>;

impl Decorated {
    /// In place of a handler whose attributes have mistakes, and so don't compile.
    pub const MISTAKEN: Self = {
        static ROUTE: LazyLock<Route> = LazyLock::new(|| Route::new("", [], crate::route::Exemption::NONE));
        Self::new(&ROUTE, |_, _| Box::pin(ready(HttpResponse::InternalServerError().finish())))
    };

    /// The handler of `route` that `run` runs.
    #[must_use]
    pub const fn new(route: &'static LazyLock<Route>, run: Run) -> Self {
        Self { route, run }
    }
}

impl fmt::Debug for Decorated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Decorated").field(&self.route.handler).finish()
    }
}

/// Marks the handler of the request that is being routed on this thread. Actix clones a handler exactly when its route
/// has been chosen and before anything of it runs.
impl Clone for Decorated {
    fn clone(&self) -> Self {
        selection::selected(self.route);
        Self { ..*self }
    }
}

impl Handler<RawRequest> for Decorated {
    type Output = HttpResponse;
    /// A box of its own for a refusal, too: an answer is large to keep room for, and to move.
    type Future = Answer;

    /// Runs the handler if its limits let the request pass.
    ///
    /// Limits that answer at once are asked at once, before there is a future to keep room for it.
    fn call(&self, RawRequest { request, payload }: RawRequest) -> Answer {
        let (route, run): (&'static Route, _) = (self.route, self.run);
        match guard::check_now(&request, route) {
            Checked::Passed => run(request, payload),
            Checked::Refused(answer) => answer,
            Checked::ToBeAwaited(states) => Box::pin(async move {
                match guard::check(states, &request, route).await {
                    Some(refused) => refused,
                    None => run(request, payload).await,
                }
            }),
        }
    }
}

/// Runs `handler`, of a request that may pass.
pub fn run<H, Args>(handler: H, request: HttpRequest, mut payload: Payload) -> Answer
where
    H: Handler<Args>,
    Args: FromRequest,
    H::Output: Responder,
{
    Box::pin(async move {
        match Args::from_request(&request, &mut payload).await {
            Err(error) => HttpResponse::from_error(error),
            Ok(arguments) => handler.call(arguments).await.respond_to(&request).map_into_boxed_body(),
        }
    })
}

/// The request and its untouched body: an extractor that reads nothing and can't fail. It is all arguments at once, as a
/// list of one argument takes Actix forty instructions more.
pub struct RawRequest {
    request: HttpRequest,
    payload: Payload,
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest").finish_non_exhaustive()
    }
}

impl FromRequest for RawRequest {
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}
