//! Asking the limits of a decorated handler, just before it runs.

use std::{future::ready, iter, mem, rc::Rc};

use actix_web::{HttpRequest, HttpResponse};
use smallvec::SmallVec;

use crate::{
    OnError, Tier, answer,
    decorated::Answer,
    enforcement::{self, Group, Outcome, Owed, enforce, enforce_plain_of_handler, give_back},
    request::{State, Treatment},
    route::Route,
    rule::now,
};

/// What could be found out without waiting.
pub(crate) enum Checked {
    Passed,
    Refused(Answer),
    /// Nothing has been asked yet, by the limiters that have these states.
    ToBeAwaited(States),
}

impl Checked {
    fn refused(answer: HttpResponse) -> Self {
        Self::Refused(Box::pin(ready(answer)))
    }
}

/// Asks at once, if nothing has to be waited for.
pub(crate) fn check_now(request: &HttpRequest, route: &'static Route) -> Checked {
    let innermost = State::innermost(request);
    if let Some(state) = &innermost
        && let Some(outcome) = check_plain(state, request, route)
    {
        return if outcome == Outcome::Passed { Checked::Passed } else { refused(outcome, state, request) };
    }
    let states: States = iter::successors(innermost, |state| state.outer.clone()).collect();
    if route.awaits || !states.iter().all(|state| state.limiter().storage().answers_at_once()) {
        return Checked::ToBeAwaited(states);
    }
    match now(check(states, request, route)) {
        Some(None) => Checked::Passed,
        Some(Some(refused)) => Checked::refused(refused),
        // A storage that says it answers at once and doesn't. Nothing may pass unseen.
        None => Checked::refused(HttpResponse::ServiceUnavailable().finish()),
    }
}

/// Asks the limits of a request that owes one plain rule of its handler's and nothing else, to one limiter whose storage
/// answers at once, as most requests of most apps do; `None` for others, of which nothing has been asked then.
///
/// It goes by the same rules as [`check`], and leaves out what there is not: a third of the instructions.
fn check_plain(state: &Rc<State>, request: &HttpRequest, route: &'static Route) -> Option<Outcome> {
    if state.outer.is_some()
        || route.awaits
        || !state.limiter().storage().answers_at_once()
        || !state.owes_at_most_defaults()
    {
        return None;
    }
    enforce_plain_of_handler(state, request, route)
}

#[inline(never)]
fn refused(outcome: Outcome, state: &State, request: &HttpRequest) -> Checked {
    answer::to(outcome, state, request).map_or(Checked::Passed, Checked::refused)
}

/// The states of a request, the innermost limiter's first. Nearly every app has one limiter.
pub(crate) type States = SmallVec<[Rc<State>; 1]>;

/// The answer for a request that must not reach its handler; `None` if it may.
pub(crate) async fn check(
    mut states: States,
    request: &HttpRequest,
    route: &'static Route,
) -> Option<HttpResponse> {
    if states.is_empty() {
        return without_limiter(route);
    }
    // The outermost limiter is asked first; the handler's own limits belong to the innermost that is on.
    let owner = states.iter().position(|state| state.treatment != Treatment::Ignored);
    while let Some(state) = states.pop() {
        let owns_handler = owner == Some(states.len());
        if let Some(answer) = ask(&state, request, route, owns_handler).await {
            return Some(answer);
        }
    }
    None
}

/// A handler with limits but without a limiter never runs: it would run unlimited.
fn without_limiter(route: &Route) -> Option<HttpResponse> {
    if route.rules.is_empty() {
        return None;
    }
    log::error!(
        "ratelimit: `{}` has #[limit] but its app has no limiter, so the request was answered 500; \
         add `.wrap(limiter.clone())` to the App",
        route.handler
    );
    Some(HttpResponse::InternalServerError().finish())
}

async fn ask(
    state: &Rc<State>,
    request: &HttpRequest,
    route: &'static Route,
    owns_handler: bool,
) -> Option<HttpResponse> {
    if state.treatment == Treatment::Ignored {
        return None;
    }
    let own = if owns_handler { enforcement::route(state, request, route).await } else { Group::default() };
    let owed = owed(state, request, route, own).await;
    let outcome = enforce(state, &owed).await;
    answer::to(outcome, state, request)
}

/// What is to be asked: the tiers that need no handler, as far as the handler isn't free of them and nobody
/// has asked them, and its `own` limits.
async fn owed(state: &State, request: &HttpRequest, route: &'static Route, mut own: Group) -> Owed {
    // Limits that a function could not find have the default limits in their place.
    let failed = own.failure() == Some(OnError::Fallback);
    let overrides = route.overrides_defaults(request.method()) && !failed;
    let with_defaults = !route.exempt.default && !overrides;
    let scopes = state.take_scopes();
    let Some(mut owed) = state.take_undecorated() else {
        let not_owed = |tier| match tier {
            Tier::Application => route.exempt.application,
            Tier::Default | Tier::Scope => !with_defaults || scopes.override_defaults(),
            Tier::Meta | Tier::Route => false,
        };
        // Boxed: it is rare.
        Box::pin(correct(state, route, not_owed)).await;
        if route.exempt.meta {
            state.take_metas();
        }
        add_defaults(&mut own, scopes.with_defaults(Group::default()), with_defaults, state.has_defaults());
        return Owed::to_route(own);
    };
    add_defaults(&mut own, scopes.with_defaults(mem::take(&mut owed.route)), with_defaults, false);
    if route.exempt.meta {
        state.take_metas();
    }
    owed.exempt(route.exempt);
    owed.route = own;
    owed.fall_back();
    owed
}

/// Adds default limits to the handler's own, if they hold. If they are there, or `were_asked`, the request isn't
/// unlimited though its own limits could not be found.
fn add_defaults(own: &mut Group, defaults: Group, hold: bool, were_asked: bool) {
    if !hold {
        return;
    }
    if were_asked || defaults.enforces() {
        own.fall_back();
    }
    own.append(defaults);
}

/// Gives back what was charged before the handler was known and is not owed.
async fn correct(state: &State, route: &'static Route, not_owed: impl Fn(Tier) -> bool) {
    if ![Tier::Application, Tier::Scope, Tier::Default].into_iter().any(&not_owed) {
        return;
    }
    if state.plans.first_late(route) {
        log::warn!(
            "ratelimit: an asynchronous middleware stands between the limiter and `{}`, so default and \
             application limits are applied before its attributes are known and given back afterwards; \
             wrap that middleware with `limiter.around(…)` to have them exact",
            route.handler
        );
    }
    give_back(state, not_owed).await;
}
