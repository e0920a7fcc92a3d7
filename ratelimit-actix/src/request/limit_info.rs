//! What handlers and middlewares can learn of a request's limits.

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, dev::Payload, error::ErrorInternalServerError,
};

use super::State;
use crate::Verdict;

/// Every decision made for a request so far: an extractor for handlers, and an extension of the
/// request for middlewares.
///
/// Clones see the same request: a decision made later shows in each of them.
///
/// ```
/// use actix_web::{Responder, get};
/// use ratelimit_actix::{LimitInfo, limit};
///
/// #[get("/data")]
/// #[limit("3/minute")]
/// async fn data(info: LimitInfo) -> impl Responder {
///     match info.tightest() {
///         Some(verdict) => format!("{} left", verdict.decision().remaining()),
///         None => "not limited".to_owned(),
///     }
/// }
/// ```
///
/// # Errors
/// As an extractor: 500 in an app without a [`Limiter`](crate::Limiter).
#[derive(Clone, Debug)]
pub struct LimitInfo {
    state: Rc<State>,
}

impl LimitInfo {
    pub(crate) fn new(state: Rc<State>) -> Self {
        Self { state }
    }

    pub(crate) fn state(&self) -> &Rc<State> {
        &self.state
    }

    /// The decisions, in the order they were made.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.state.verdicts.borrow().to_vec()
    }

    /// The decision that headers show: the refusal, or the limit with the least left.
    #[must_use]
    pub fn tightest(&self) -> Option<Verdict> {
        self.state.look_at_tightest(Verdict::clone)
    }
}

impl FromRequest for LimitInfo {
    type Error = Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let info = request.extensions().get::<Self>().cloned();
        ready(info.ok_or_else(|| {
            log::error!(
                "ratelimit: `LimitInfo` was asked for in an app without a limiter; wrap the app with one"
            );
            ErrorInternalServerError("no limiter")
        }))
    }
}
