//! The limiter as a middleware: route first, decide, then let the request run.
//!
//! Which handler a request reaches is known only after routing, and an undecorated handler holds no
//! code of ours. But routing is synchronous: once `call` on the inner service has returned, the
//! handler is chosen and nothing of it has run. A decorated handler was marked as it was chosen (see
//! `selection`), and asks its limits itself when it is polled (see `guard`); a request without a mark
//! owes the application and default limits, and its future is polled only if they let it pass.

pub(crate) mod guard;
pub(crate) mod selection;

mod answer;
mod around;
mod preflight;
mod scope;

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::StatusCode,
};

use self::answer::AnswerFuture;
pub use self::{around::Around, scope::ScopeLimits};
use self::{preflight::is_preflight, selection::while_routing};
use crate::{
    Limiter, Tier, answer as answers,
    enforcement::{
        self, Outcome, Owed, Plans, Scopes, enforce, enforce_charge, enter_scope, give_back, prepare,
        prepare_plain,
    },
    observe,
    request::{Lent, State, StatePool, Treatment},
    route::Route,
    rule::now,
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
    /// Shared with requests for which functions have to be awaited before they can be routed on.
    service: Rc<S>,
    plans: Rc<Plans>,
    pool: Rc<StatePool>,
    role: Role,
    /// Whether preparing a request may take time.
    awaits: bool,
    /// Routing tells nothing that the decision depends on: see [`LimiterService::decides_first`].
    decides_first: bool,
}

/// What a service does besides.
#[derive(Clone, Debug)]
enum Role {
    /// It decides.
    Deciding,
    /// Another such service further in decides.
    Deferring,
    /// It decides, and adds what is owed to a scope.
    Scope(ScopeLimits),
}

impl<S> LimiterService<S> {
    fn deciding(limiter: Limiter, service: S) -> Self {
        Self::new(limiter, service, Role::Deciding)
    }

    fn deferring(limiter: Limiter, service: S) -> Self {
        Self::new(limiter, service, Role::Deferring)
    }

    fn of_scope(limiter: Limiter, scope: ScopeLimits, service: S) -> Self {
        Self::new(limiter, service, Role::Scope(scope))
    }

    fn new(limiter: Limiter, service: S, role: Role) -> Self {
        observe::started();
        let scope_awaits =
            matches!(&role, Role::Scope(scope) if scope.rules.iter().any(|rule| rule.awaits()));
        let awaits = limiter.settings().awaits() || scope_awaits;
        let built = selection::built();
        limiter.registry().add_routes(&built, limiter.settings().strategy);
        let decides_first = matches!(role, Role::Deciding) && Self::decides_first(&limiter, &built);
        Self {
            service: Rc::new(service),
            plans: Rc::new(Plans::new(limiter)),
            pool: Rc::default(),
            role,
            awaits,
            decides_first,
        }
    }

    /// Whether it may decide before it routes: none of the handlers that have been `built` is decorated, and the limiter
    /// decides nowhere further in. Then each request owes what an undecorated route does. Were such a handler or scope
    /// to turn up all the same, it would find the request decided, as behind an asynchronous middleware.
    ///
    /// It spares a request the copy of its head and a refused one the routing, and lets that be answered with the
    /// request itself.
    fn decides_first(limiter: &Limiter, built: &[&'static Route]) -> bool {
        limiter.storage().answers_at_once() && built.is_empty() && !limiter.decides_within()
    }

    /// Notes what the request owes, where nothing has to be waited for, and asks for it if routing has no say in it.
    fn prepare_now(&self, state: &Rc<State>, request: &ServiceRequest) -> Outcome {
        let is_scope = matches!(self.role, Role::Scope(_));
        if !is_scope && let Some(outcome) = prepare_plain(state, request, self.decides_first) {
            return outcome;
        }
        self.prepare_generally(state, request)
    }

    #[inline(never)]
    fn prepare_generally(&self, state: &Rc<State>, request: &ServiceRequest) -> Outcome {
        if now(self.role.prepare(state, request)).is_none() {
            // Were it ever to wait all the same, nothing may pass unseen.
            state.turn_away();
        }
        if self.decides_first && state.is_undecided() {
            return now(enforce_undecorated(state)).unwrap_or(Outcome::Unavailable);
        }
        state.save_head(request);
        Outcome::Passed
    }

    /// Begins with a request that this limiter has not seen, and others maybe.
    fn begin(&self, request: &ServiceRequest, outer: Option<Rc<State>>) -> Rc<State> {
        let limiter = self.plans.limiter();
        let settings = limiter.settings();
        let treatment = if !limiter.is_enabled() || settings.filters_out(request.request()) {
            Treatment::Ignored
        } else if !settings.limit_preflight && is_preflight(request.head()) {
            Treatment::Preflight
        } else {
            Treatment::Counted
        };
        State::begin(&self.plans, &self.pool, request.request(), outer, treatment)
    }
}

impl Role {
    /// Notes what the request owes, as far as no handler is needed for that.
    async fn prepare(&self, state: &State, request: &ServiceRequest) {
        prepare(state, request).await;
        if let Self::Scope(scope) = self {
            enter_scope(state, request, &scope.rules, scope.overrides).await;
        }
    }
}

impl<S, B> Service<ServiceRequest> for LimiterService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = AnswerFuture<S::Future>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let innermost = State::innermost(request.request());
        let seen = innermost.as_ref().and_then(|state| state.under(self.plans.limiter())).cloned();
        let outermost = seen.is_none();
        let state = seen.unwrap_or_else(|| self.begin(&request, innermost));
        if !self.awaits {
            state.set_deferred(matches!(self.role, Role::Deferring));
            let outcome = self.prepare_now(&state, &request);
            if outcome != Outcome::Passed {
                let lent = Lent::new(state, &self.pool);
                return AnswerFuture::refused(lent, outermost, request.into_parts().0, outcome);
            }
            let routed = while_routing(&state, || self.service.call(request));
            if state.limiter().storage().answers_at_once() {
                let asked = self.decides_first && !state.is_unasked();
                return AnswerFuture::at_once(Lent::new(state, &self.pool), outermost, routed, asked);
            }
            return AnswerFuture::waiting(run(state, outermost, routed));
        }
        // Whoever stands further out must not take what has not been routed yet for an undecorated route.
        state.set_deferred(true);
        let (service, role) = (Rc::clone(&self.service), self.role.clone());
        AnswerFuture::waiting(async move {
            role.prepare(&state, &request).await;
            state.set_deferred(matches!(role, Role::Deferring));
            state.save_head(&request);
            let routed = while_routing(&state, || service.call(request));
            run(state, outermost, routed).await
        })
    }
}

/// Decides, and lets the request run if it may.
async fn run<F, B>(state: Rc<State>, outermost: bool, routed: F) -> Result<ServiceResponse<BoxBody>, Error>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    if let Some(mut answer) = decide(&state).await {
        // Never polled: nothing of the handler has run.
        drop(routed);
        finish(&state, outermost, &mut answer).await;
        return Ok(answer);
    }
    let mut answer = routed.await.map(ServiceResponse::map_into_boxed_body);
    if outermost {
        settle(&state, &mut answer).await;
    }
    answer
}

/// The answer for a request to an undecorated route that may not pass.
async fn decide(state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    if !is_undecorated(state) {
        return None;
    }
    let refused = refuse(enforce_undecorated(state).await, state);
    state.forget_head();
    refused
}

/// The same under a storage that answers at once.
#[inline(never)]
fn decide_now(state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    let Some(charge) = state.take_only_charge() else {
        // Were it ever to wait all the same, nothing may pass unseen.
        return now(decide(state)).unwrap_or_else(|| Some(turned_away(state)));
    };
    let refused = refuse(enforce_charge(state, charge), state);
    state.forget_head();
    refused
}

/// Whether the decision is this service's: no decorated handler asks its limits, and no other service decides.
fn is_undecorated(state: &State) -> bool {
    !state.is_selected() && !state.is_deferred()
}

/// Asks the tiers that need no handler, if nobody has.
async fn enforce_undecorated(state: &Rc<State>) -> Outcome {
    let scopes = state.take_scopes();
    let Some(owed) = state.take_undecorated() else {
        // Boxed: it is rare.
        return Box::pin(enforce_scopes(state, scopes)).await;
    };
    let owed = with_scopes(owed, scopes);
    enforce(state, &owed).await
}

fn with_scopes(mut owed: Owed, scopes: Scopes) -> Owed {
    owed.route = scopes.with_defaults(owed.route);
    owed.fall_back();
    owed
}

/// Asks the scopes that have been entered since the other tiers were asked.
async fn enforce_scopes(state: &Rc<State>, scopes: Scopes) -> Outcome {
    if scopes.is_empty() {
        return Outcome::Passed;
    }
    if scopes.override_defaults() {
        // All that was asked before stands around that scope.
        give_back(state, |tier| matches!(tier, Tier::Default | Tier::Scope)).await;
    }
    enforce(state, &with_scopes(Owed::default(), scopes)).await
}

/// The answer of last resort, by a storage that says it answers at once and doesn't.
#[cold]
fn turned_away(state: &Rc<State>) -> ServiceResponse<BoxBody> {
    let request = state.look_alike();
    let answer = answers::unavailable(state);
    ServiceResponse::new(request, answer)
}

fn refuse(outcome: Outcome, state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    if outcome == Outcome::Passed {
        return None; // before the look-alike is made, which costs
    }
    let request = state.look_alike();
    let answer = answers::to(outcome, state, &request)?;
    Some(ServiceResponse::new(request, answer))
}

/// Whether [`settle`] has nothing to do but to tell: nobody is left to be asked, and nothing may have to be given
/// back.
#[inline]
fn is_settled(state: &State) -> bool {
    let counts_unmatched = !state.is_unmatched() || state.limiter().settings().limit_unmatched;
    !state.is_unasked() && counts_unmatched && !state.is_conditional()
}

/// What is left to do once the request has been answered, at the outermost point.
async fn settle(state: &Rc<State>, answer: &mut Result<ServiceResponse<BoxBody>, Error>) {
    if is_settled(state) {
        return tell(state, answer.as_mut().ok());
    }
    // Nobody has asked yet when a middleware further in answered the request itself. Asking now still
    // hides its answer from a client that is over its limits, and so bounds guessing.
    if state.is_unasked()
        && let Some(mut refused) = refuse(enforce_undecorated(state).await, state)
    {
        finish(state, true, &mut refused).await;
        *answer = Ok(refused);
        return;
    }
    match answer {
        Ok(answer) => {
            if !state.limiter().settings().limit_unmatched && state.is_unmatched() {
                forget_unmatched(state, answer).await;
            }
            finish(state, true, answer).await;
        }
        Err(error) => {
            if state.is_conditional() {
                // Actix makes this response of it further out.
                enforcement::settle(state, Some(&error.error_response())).await;
            }
            tell(state, None);
        }
    }
}

/// The same where nothing in it waits.
#[inline(never)]
fn settle_now(state: &Rc<State>, answer: &mut Result<ServiceResponse<BoxBody>, Error>) {
    if now(settle(state, answer)).is_none() {
        *answer = Ok(turned_away(state));
    }
}

/// Writes the headers, and notes what came of the request.
#[inline]
fn tell(state: &State, answer: Option<&mut ServiceResponse<BoxBody>>) {
    if let Some(answer) = answer {
        answers::write_headers(state, answer.headers_mut());
    }
    observe::answered(|| state.answered());
}

/// Gives back what a request that matched no route was charged, where such requests don't count.
async fn forget_unmatched(state: &Rc<State>, answer: &ServiceResponse<BoxBody>) {
    // A pattern that is unknown before routing may still be found by it: behind a second scope of
    // the same prefix, say. What routing has left of the path tells, and so does the status; but a
    // middleware that answers itself, and holds the decision still, shows what its check came to.
    let is_unmatched = !answer.request().match_info().unprocessed().is_empty()
        && matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    if is_unmatched && !state.is_deferred() {
        Box::pin(give_back(state, |tier| tier != Tier::Route)).await;
    }
}

/// Gives back what the answer shows not to be owed and writes the headers, at the outermost point alone.
async fn finish(state: &State, outermost: bool, answer: &mut ServiceResponse<BoxBody>) {
    if !outermost {
        return;
    }
    if state.is_conditional() {
        let is_ours = state.is_answered_by_limiter();
        Box::pin(enforcement::settle(state, (!is_ours).then_some(answer.response()))).await;
    }
    tell(state, Some(answer));
}
