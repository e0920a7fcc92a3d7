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
mod decide;
mod preflight;
mod scope;
mod settle;

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
};

use self::answer::AnswerFuture;
pub use self::{around::Around, scope::ScopeLimits};
use self::{
    decide::{decide, enforce_undecorated},
    preflight::is_preflight,
    selection::while_routing,
    settle::{finish, settle},
};
use crate::{
    Limiter,
    enforcement::{Outcome, Plans, enter_scope, prepare, prepare_plain},
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
    /// request itself. A call whose future is dropped before it is polled has been charged then.
    fn decides_first(limiter: &Limiter, built: &[&'static Route]) -> bool {
        let knows_all = built.is_empty() && !selection::is_routing();
        limiter.storage().answers_at_once() && knows_all && !limiter.decides_within()
    }

    /// Notes what the request owes, where nothing has to be waited for, and asks for it if that comes `first`.
    fn prepare_now(&self, state: &Rc<State>, request: &ServiceRequest, first: bool) -> Outcome {
        let is_scope = matches!(self.role, Role::Scope(_));
        if !is_scope && let Some(outcome) = prepare_plain(state, request, first) {
            return outcome;
        }
        self.prepare_generally(state, request, first)
    }

    #[inline(never)]
    fn prepare_generally(&self, state: &Rc<State>, request: &ServiceRequest, first: bool) -> Outcome {
        if now(self.role.prepare(state, request)).is_none() {
            // Were it ever to wait all the same, nothing may pass unseen.
            state.turn_away();
        }
        if first && state.is_undecided() {
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
            // Who stands further out may refuse the request while it is routed, and then nothing is to be charged.
            let first = self.decides_first && outermost && state.outer.is_none();
            let outcome = self.prepare_now(&state, &request, first);
            if outcome != Outcome::Passed {
                let lent = Lent::new(state, &self.pool);
                return AnswerFuture::refused(lent, outermost, request.into_parts().0, outcome);
            }
            let routed = while_routing(&state, || self.service.call(request));
            if state.limiter().storage().answers_at_once() {
                let asked = first && !state.is_unasked();
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
