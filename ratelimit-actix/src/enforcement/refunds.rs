//! Giving charges back.

use actix_web::HttpResponse;
use ratelimit_core::Refund;

use super::failover::Source;
use crate::{Tier, Verdict, request::State};

/// Gives back what the tiers that are `not_owed` have charged this request, as if they had never been
/// asked.
pub(crate) async fn give_back(state: &State, not_owed: impl Fn(Tier) -> bool) {
    refund(state, |verdict| not_owed(verdict.tier())).await;
    state.verdicts.borrow_mut().retain(|verdict| !not_owed(verdict.tier()));
}

/// Gives back what was reserved by rules that count only some responses, if `answer` is none of these; `None`
/// for a refusal by the limiter, which never is.
pub(crate) async fn settle(state: &State, answer: Option<&HttpResponse>) {
    let is_owed = |verdict: &Verdict| match (&verdict.rule().deduct_when, answer) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(deduct_when), Some(answer)) => deduct_when(answer),
    };
    refund(state, |verdict| !is_owed(verdict)).await;
}

/// Gives back the charges that `not_owed` names, each once.
async fn refund(state: &State, not_owed: impl Fn(&Verdict) -> bool) {
    // Looked at first and changed then, as functions of the app are asked.
    let is_back = |verdict: &Verdict| verdict.charged_by().is_some() && not_owed(verdict);
    let is_back: Vec<bool> = state.verdicts.borrow().iter().map(is_back).collect();
    let mut back = Vec::new();
    for (verdict, _) in state.verdicts.borrow_mut().iter_mut().zip(is_back).filter(|(_, is_back)| *is_back) {
        back.push(verdict.clone());
        verdict.give_back();
    }
    for source in [Source::Primary, Source::Fallback] {
        let of_source = back.iter().filter(|verdict| verdict.charged_by() == Some(source));
        let refunds: Vec<Refund<'_>> = of_source.filter_map(Verdict::refund).collect();
        if !refunds.is_empty() {
            state.limiter().storage().refund(source, &refunds).await;
        }
    }
}
