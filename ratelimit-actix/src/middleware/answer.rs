//! What the service answers with.

use std::{
    any::Any,
    mem,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::ServiceResponse,
};
use pin_project_lite::pin_project;

use super::{
    decide::{decide_now, is_undecorated, turned_away},
    settle::{finish, is_settled, settle_now, tell},
};
use crate::{
    answer,
    enforcement::Outcome,
    request::{Lent, State},
    rule::now,
};

type Answer = Result<ServiceResponse<BoxBody>, Error>;

pin_project! {
    /// The answer to a request under a [`Limiter`](crate::Limiter).
    ///
    /// Where the storage answers at once, as memory does, nothing has to be waited for but the routed request
    /// itself, which is kept here as it is: a box for it takes an allocation, and moves it.
    #[must_use = "futures do nothing unless they are polled"]
    pub struct AnswerFuture<F> {
        #[pin]
        way: Way<F>,
    }
}

pin_project! {
    #[project = WayProjection]
    enum Way<F> {
        AtOnce {
            // `None` once it has been dropped unpolled, or has answered.
            #[pin]
            routed: Option<F>,
            asked: bool,
            lent: Lent,
            outermost: bool,
        },
        // It has not been routed. What is answered is made late: a future with an answer in it is large to move.
        Refused { request: Option<HttpRequest>, outcome: Outcome, lent: Lent, outermost: bool },
        Waiting { answer: Pin<Box<dyn Future<Output = Answer>>> },
    }
}

impl<F> AnswerFuture<F> {
    /// Of a request that has been routed, under a storage that answers at once; the limits that hold for undecorated
    /// routes may have been `asked` before.
    pub(super) fn at_once(lent: Lent, outermost: bool, routed: F, asked: bool) -> Self {
        Self { way: Way::AtOnce { routed: Some(routed), asked, lent, outermost } }
    }

    /// Of a request that is not even routed: `outcome` is no pass.
    pub(super) fn refused(lent: Lent, outermost: bool, request: HttpRequest, outcome: Outcome) -> Self {
        Self { way: Way::Refused { request: Some(request), outcome, lent, outermost } }
    }

    pub(super) fn waiting(answer: impl Future<Output = Answer> + 'static) -> Self {
        Self { way: Way::Waiting { answer: Box::pin(answer) } }
    }
}

impl<F, B> Future for AnswerFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody + 'static,
{
    type Output = Answer;

    /// The same as `run`, without anything to wait for.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        let (mut routed, asked, lent, outermost) = match self.project().way.project() {
            WayProjection::Waiting { answer } => return answer.as_mut().poll(context),
            WayProjection::Refused { request, outcome, lent, outermost } => {
                // They are there as long as this has not been answered.
                let (Some(request), Some(state)) = (request.take(), lent.state()) else {
                    return Poll::Pending;
                };
                return Poll::Ready(Ok(refused(state, *outermost, request, *outcome)));
            }
            WayProjection::AtOnce { routed, asked, lent, outermost } => (routed, asked, lent, *outermost),
        };
        // It is there as long as this is.
        let Some(state) = lent.state() else { return Poll::Pending };
        if !mem::replace(asked, true)
            && is_undecorated(state)
            && let Some(answer) = decide_now(state)
        {
            // Never polled: nothing of the handler has run.
            routed.set(None);
            return Poll::Ready(Ok(finished_now(state, outermost, answer)));
        }
        let mut polled = match routed.as_mut().as_pin_mut() {
            Some(running) => running.poll(context),
            // Polled again after it was ready, as nobody does.
            None => return Poll::Ready(Ok(turned_away(state))),
        };
        if polled.is_ready() {
            routed.set(None);
        }
        // Most bodies are boxed, as Actix's router boxes all. Such an answer is left where it is: to map it moves it
        // three times.
        if let Some(boxed) = (&mut polled as &mut dyn Any).downcast_mut::<Poll<Answer>>() {
            complete(boxed, state, outermost);
            return mem::replace(boxed, Poll::Pending);
        }
        let mut boxed = polled.map(|answer| answer.map(ServiceResponse::map_into_boxed_body));
        complete(&mut boxed, state, outermost);
        boxed
    }
}

/// Does what is left to do once there is an answer, at the outermost point.
#[inline]
fn complete(polled: &mut Poll<Answer>, state: &Rc<State>, outermost: bool) {
    let Poll::Ready(answer) = polled else { return };
    if !outermost {
        return;
    }
    if is_settled(state) {
        tell(state, answer.as_mut().ok());
    } else {
        settle_now(state, answer);
    }
}

/// The answer to a request that is not routed.
#[inline(never)]
fn refused(
    state: &Rc<State>,
    outermost: bool,
    request: HttpRequest,
    outcome: Outcome,
) -> ServiceResponse<BoxBody> {
    let answer = answer::to(outcome, state, &request).unwrap_or_else(|| answer::unavailable(state));
    finished_now(state, outermost, ServiceResponse::new(request, answer))
}

/// A refusal with all that belongs to it.
#[inline(never)]
fn finished_now(
    state: &Rc<State>,
    outermost: bool,
    mut answer: ServiceResponse<BoxBody>,
) -> ServiceResponse<BoxBody> {
    let finished = now(finish(state, outermost, &mut answer));
    finished.map_or_else(|| turned_away(state), |()| answer)
}

impl<F> std::fmt::Debug for AnswerFuture<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerFuture").finish_non_exhaustive()
    }
}
