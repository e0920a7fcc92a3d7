//! Asking the limits of a decorated handler, just before it runs.

use std::{iter, rc::Rc};

use actix_web::{HttpRequest, HttpResponse};

use crate::{
    Tier, answer,
    enforcement::{Group, add_route, enforce, give_back},
    request::{State, Treatment},
    route::Route,
};

/// The answer for a request that must not reach its handler; `None` if it may.
pub(crate) async fn check(request: &HttpRequest, route: &'static Route) -> Option<HttpResponse> {
    let Some(innermost) = State::innermost(request) else {
        return without_limiter(route);
    };
    let mut states: Vec<_> = iter::successors(Some(innermost), |state| state.outer.clone()).collect();
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
    if route.limits.is_empty() {
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
    let with_defaults = !route.exempt.default && !route.overrides_defaults(request.method());
    let (mut application, mut own) = (Group::default(), Group::default());
    if let Some(owed) = state.take_undecorated() {
        if !route.exempt.application {
            application = owed.application;
        }
        if with_defaults {
            own = owed.default;
        }
    } else {
        correct(state, route, with_defaults).await;
    }
    if owns_handler {
        add_route(&mut own, state, request, route);
    }
    // Boxed, so that the futures around it stay below a kilobyte, where allocators leave their quick path:
    // a request in memory takes 1,000 instructions less of 22,600.
    let outcome = Box::pin(enforce(state, &[application, own])).await;
    answer::to(outcome, state, request)
}

/// Gives back what was charged before the handler was known and is not owed.
async fn correct(state: &State, route: &'static Route, with_defaults: bool) {
    let not_owed = |tier| match tier {
        Tier::Application => route.exempt.application,
        Tier::Default => !with_defaults,
        Tier::Route => false,
    };
    if ![Tier::Application, Tier::Default].into_iter().any(not_owed) {
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
