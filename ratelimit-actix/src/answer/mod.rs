//! Answers to requests that may not pass, and headers on those that may.

mod headers;
mod refusal;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderMap, RETRY_AFTER},
};

pub(crate) use self::headers::Prepared;
use self::headers::seconds;
pub use self::headers::{HeaderNameError, Headers, RetryAfter};
use crate::{Breach, Tier, enforcement::Outcome, request::State};

/// The answer to a request that may not pass; `None` for one that may.
pub(crate) fn to(outcome: Outcome, state: &State, request: &HttpRequest) -> Option<HttpResponse> {
    match outcome {
        Outcome::Passed => None,
        Outcome::Refused => Some(refuse(state, request)),
        Outcome::Unavailable => Some(unavailable(state)),
    }
}

fn refuse(state: &State, request: &HttpRequest) -> HttpResponse {
    let breach = state.breach.borrow();
    let Some(breach) = &*breach else {
        // `enforce` notes the breach before it says `Refused`; failing closed costs nothing.
        return unavailable(state);
    };
    own_answer(state, request, breach).unwrap_or_else(|| refusal::response(request, breach))
}

/// The application's own answer: of the limit that refused, or else for the whole limiter. All are asked,
/// since some only look on.
fn own_answer(state: &State, request: &HttpRequest, breach: &Breach) -> Option<HttpResponse> {
    let settings = state.limiter().settings();
    let is_meta = breach.refused().iter().any(|verdict| verdict.tier() == Tier::Meta);
    let general = match &settings.on_meta_breach {
        Some(on_meta_breach) if is_meta => Some(on_meta_breach),
        _ => settings.on_breach.as_ref(),
    };
    let general = general.and_then(|on_breach| on_breach.answer(request, breach));
    let own = breach.rules().filter_map(|rule| rule.on_breach.as_ref());
    let own = own.map(|on_breach| on_breach.answer(request, breach)).fold(None, Option::or);
    own.or(general)
}

/// Says that the limits can't be asked.
pub(crate) fn unavailable(state: &State) -> HttpResponse {
    state.unavailable.set(true);
    let wait = seconds::to_wait(state.limiter().storage().retry_after());
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, wait))
        .body("rate limits can't be checked now, try again later")
}

/// Writes the rate-limit headers of a request's tightest limit.
#[inline]
pub(crate) fn write_headers(state: &State, headers: &mut HeaderMap) {
    // Before clocks are read for nothing.
    if state.limiter().settings().headers.reports() || state.breach.borrow().is_some() {
        write_tightest(state, headers);
    }
}

#[inline(never)]
fn write_tightest(state: &State, headers: &mut HeaderMap) {
    let limiter = state.limiter();
    let retry_after = state.breach.borrow().as_ref().and_then(Breach::retry_after);
    state.look_at_tightest(|verdict| {
        // The handler may have taken long since.
        let elapsed = limiter.now().since(state.judged_at.get());
        limiter.settings().headers.write(
            headers,
            verdict.prepared(),
            &verdict.decision().after(elapsed),
            retry_after,
            limiter.unix_time(),
        );
    });
}
