//! What is left to do once a request has been answered.

use std::rc::Rc;

use actix_web::{Error, body::BoxBody, dev::ServiceResponse, http::StatusCode};

use super::decide::{enforce_undecorated, refuse, turned_away};
use crate::{
    Tier, answer as answers,
    enforcement::{self, give_back},
    observe,
    request::State,
    rule::now,
};

/// Whether [`settle`] has nothing to do but to tell: nobody is left to be asked, and nothing may have to be given
/// back.
#[inline]
pub(super) fn is_settled(state: &State) -> bool {
    let counts_unmatched = !state.is_unmatched() || state.limiter().settings().limit_unmatched;
    !state.is_unasked() && counts_unmatched && !state.is_conditional()
}

/// What is left to do once the request has been answered, at the outermost point.
pub(super) async fn settle(state: &Rc<State>, answer: &mut Result<ServiceResponse<BoxBody>, Error>) {
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
pub(super) fn settle_now(state: &Rc<State>, answer: &mut Result<ServiceResponse<BoxBody>, Error>) {
    if now(settle(state, answer)).is_none() {
        *answer = Ok(turned_away(state));
    }
}

/// Writes the headers, and notes what came of the request.
#[inline]
pub(super) fn tell(state: &State, answer: Option<&mut ServiceResponse<BoxBody>>) {
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
pub(super) async fn finish(state: &State, outermost: bool, answer: &mut ServiceResponse<BoxBody>) {
    if !outermost {
        return;
    }
    if state.is_conditional() {
        let is_ours = state.is_answered_by_limiter();
        Box::pin(enforcement::settle(state, (!is_ours).then_some(answer.response()))).await;
    }
    tell(state, Some(answer));
}
