//! Deciding on requests to undecorated routes.

use std::rc::Rc;

use actix_web::{body::BoxBody, dev::ServiceResponse};

use crate::{
    Tier, answer as answers,
    enforcement::{Outcome, Owed, Scopes, enforce, enforce_charge, give_back},
    request::State,
    rule::now,
};

/// The answer for a request to an undecorated route that may not pass.
pub(super) async fn decide(state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    if !is_undecorated(state) {
        return None;
    }
    let refused = refuse(enforce_undecorated(state).await, state);
    state.forget_head();
    refused
}

/// The same under a storage that answers at once.
#[inline(never)]
pub(super) fn decide_now(state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    let Some(charge) = state.take_only_charge() else {
        // Were it ever to wait all the same, nothing may pass unseen.
        return now(decide(state)).unwrap_or_else(|| Some(turned_away(state)));
    };
    let refused = refuse(enforce_charge(state, charge), state);
    state.forget_head();
    refused
}

/// Whether the decision is this service's: no decorated handler asks its limits, and no other service decides.
pub(super) fn is_undecorated(state: &State) -> bool {
    !state.is_selected() && !state.is_deferred()
}

/// Asks the tiers that need no handler, if nobody has.
pub(super) async fn enforce_undecorated(state: &Rc<State>) -> Outcome {
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
pub(super) fn turned_away(state: &Rc<State>) -> ServiceResponse<BoxBody> {
    let request = state.look_alike();
    let answer = answers::unavailable(state);
    ServiceResponse::new(request, answer)
}

pub(super) fn refuse(outcome: Outcome, state: &Rc<State>) -> Option<ServiceResponse<BoxBody>> {
    if outcome == Outcome::Passed {
        return None; // before the look-alike is made, which costs
    }
    let request = state.look_alike();
    let answer = answers::to(outcome, state, &request)?;
    Some(ServiceResponse::new(request, answer))
}
