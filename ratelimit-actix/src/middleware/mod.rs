//! The limiter as a middleware: route first, decide, then let the request run.
//!
//! Which handler a request reaches is known only after routing, and an undecorated handler holds no
//! code of ours. But routing is synchronous: once `call` on the inner service has returned, the
//! handler is chosen and nothing of it has run. A decorated handler was marked as it was chosen (see
//! `selection`), and asks its limits itself when it is polled (see `guard`); a request without a mark
//! owes the application and default limits, and its future is polled only if they let it pass.

pub(crate) mod guard;
pub(crate) mod selection;

mod around;
mod preflight;
mod saved_head;

use std::{
    future::{Ready, ready},
    pin::Pin,
    rc::Rc,
};

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::StatusCode,
};

pub use self::around::Around;
use self::{preflight::is_preflight, saved_head::SavedHead, selection::while_routing};
use crate::{
    Limiter, Tier, answer,
    enforcement::{Outcome, Plans, enforce, give_back, prepare},
    limiter::Settings,
    request::{State, Treatment},
};

impl<S, B> Transform<S, ServiceRequest> for Limiter
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = LimiterService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(LimiterService::deciding(self.clone(), service)))
    }
}

/// A worker's service under a [`Limiter`].
#[derive(Debug)]
pub struct LimiterService<S> {
    service: S,
    plans: Rc<Plans>,
    /// Another such service further in decides.
    defers: bool,
}

impl<S> LimiterService<S> {
    fn deciding(limiter: Limiter, service: S) -> Self {
        Self { service, plans: Rc::new(Plans::new(limiter)), defers: false }
    }

    fn deferring(limiter: Limiter, service: S) -> Self {
        Self { defers: true, ..Self::deciding(limiter, service) }
    }

    /// Begins with a request that this limiter has not seen.
    fn begin(&self, request: &ServiceRequest) -> Rc<State> {
        let settings = self.plans.limiter().settings();
        let treatment = match settings {
            Settings { enabled: false, .. } => Treatment::Ignored,
            Settings { limit_preflight: false, .. } if is_preflight(request.head()) => Treatment::Preflight,
            _ => Treatment::Counted,
        };
        State::begin(&self.plans, request.request(), treatment)
    }
}

/// What the service answers with.
type AnswerFuture = Pin<Box<dyn Future<Output = Result<ServiceResponse<BoxBody>, Error>>>>;

impl<S, B> Service<ServiceRequest> for LimiterService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = AnswerFuture;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let seen = State::of(request.request(), self.plans.limiter());
        let outermost = seen.is_none();
        let state = seen.unwrap_or_else(|| self.begin(&request));
        state.set_deferred(self.defers);
        prepare(&state, &request);
        let head = state.may_refuse().then(|| SavedHead::of(&request));
        let routed = while_routing(&state, || self.service.call(request));
        Box::pin(async move {
            if let Some(answer) = decide(&state, head.as_ref()).await {
                // Never polled: nothing of the handler has run.
                drop(routed);
                return Ok(finish(&state, outermost, answer));
            }
            let answer = routed.await.map(ServiceResponse::map_into_boxed_body);
            if !outermost {
                return answer;
            }
            settle(&state, head.as_ref(), answer).await.map(|answer| finish(&state, true, answer))
        })
    }
}

/// The answer for a request to an undecorated route that may not pass.
async fn decide(state: &Rc<State>, head: Option<&SavedHead>) -> Option<ServiceResponse<BoxBody>> {
    if state.is_selected() || state.is_deferred() {
        return None;
    }
    refuse(enforce_undecorated(state).await, state, head)
}

/// Asks the tiers that need no handler, if nobody has.
async fn enforce_undecorated(state: &Rc<State>) -> Outcome {
    match state.take_undecorated() {
        // Boxed, as in `guard`.
        Some(owed) if !owed.is_empty() => Box::pin(enforce(state, &[owed.application, owed.default])).await,
        _ => Outcome::Passed,
    }
}

fn refuse(outcome: Outcome, state: &Rc<State>, head: Option<&SavedHead>) -> Option<ServiceResponse<BoxBody>> {
    if outcome == Outcome::Passed {
        return None; // before the look-alike is made, which costs
    }
    // Without a head nothing was owed, and nothing can have refused.
    let request = head?.to_request();
    let answer = answer::to(outcome, state, &request)?;
    Some(ServiceResponse::new(request, answer))
}

/// What is left to do once the request has been answered.
async fn settle(
    state: &Rc<State>,
    head: Option<&SavedHead>,
    answer: Result<ServiceResponse<BoxBody>, Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Nobody has asked yet when a middleware further in answered the request itself. Asking now still
    // hides its answer from a client that is over its limits, and so bounds guessing.
    if let Some(refused) = refuse(enforce_undecorated(state).await, state, head) {
        return Ok(refused);
    }
    if let Ok(answer) = &answer {
        forget_unmatched(state, answer).await;
    }
    answer
}

/// Gives back what a request that matched no route was charged, where such requests don't count.
async fn forget_unmatched(state: &Rc<State>, answer: &ServiceResponse<BoxBody>) {
    if state.limiter().settings().limit_unmatched || !state.is_unmatched() {
        return;
    }
    // A pattern that is unknown before routing may still be found by it: behind a second scope of
    // the same prefix, say. What routing has left of the path tells, and so does the status; but a
    // middleware that answers itself, and holds the decision still, shows what its check came to.
    let is_unmatched = !answer.request().match_info().unprocessed().is_empty()
        && matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    if is_unmatched && !state.is_deferred() {
        give_back(state, |tier| tier != Tier::Route).await;
    }
}

/// Writes the headers, at the outermost point alone.
fn finish(state: &State, outermost: bool, mut answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if outermost {
        answer::write_headers(state, answer.headers_mut());
    }
    answer
}
