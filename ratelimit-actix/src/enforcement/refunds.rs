//! Giving charges back.

use actix_web::HttpResponse;
use ratelimit_core::Refund;
use smallvec::SmallVec;

use super::{Charged, failover::Source};
use crate::{Tier, request::State};

/// Gives back what the tiers that are `not_owed` have charged this request, as if they had never been
/// asked.
pub(crate) async fn give_back(state: &State, not_owed: impl Fn(Tier) -> bool) {
    refund(state, |charged| not_owed(charged.charge.tier())).await;
    state.verdicts.borrow_mut().retain(|verdict| !not_owed(verdict.tier()));
}

/// Whether some of what was charged is owed for some responses only.
pub(crate) fn is_conditional(state: &State) -> bool {
    state.charged.borrow().iter().any(|charged| charged.charge.rule().deduct_when.is_some())
}

/// Gives back what was reserved by rules that count only some responses, if `answer` is none of these; `None`
/// for a refusal by the limiter, which never is.
pub(crate) async fn settle(state: &State, answer: Option<&HttpResponse>) {
    let is_owed = |charged: &Charged| match (&charged.charge.rule().deduct_when, answer) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(deduct_when), Some(answer)) => deduct_when(answer),
    };
    for back in refund(state, |charged| !is_owed(charged)).await {
        for verdict in state.verdicts.borrow_mut().iter_mut() {
            verdict.give_back(&back.charge);
        }
    }
}

/// Gives back the charges that `not_owed` names, and answers them.
async fn refund(state: &State, not_owed: impl Fn(&Charged) -> bool) -> SmallVec<[Charged; 1]> {
    let (back, kept): (SmallVec<_>, SmallVec<_>) = state.charged.take().into_iter().partition(not_owed);
    state.charged.replace(kept);
    for source in [Source::Primary, Source::Fallback] {
        let of_source = back.iter().filter(|charged| charged.source == source);
        let refunds: Vec<Refund<'_>> = of_source.filter_map(Charged::refund).collect();
        if !refunds.is_empty() {
            state.limiter().storage().refund(source, &refunds).await;
        }
    }
    back
}
