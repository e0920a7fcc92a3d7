//! Meta limits: limits on how often a client may be refused (S15).

use super::{Charges, Group, Stop, acquire, longest_first, note_if_without_storage};
use crate::{
    Tier, Verdict,
    enforcement::failover::{Answer, Unavailable},
    request::State,
};

/// The verdicts of those meta limits that are spent, and so refuse whatever is asked. Looks only.
pub(super) async fn check(state: &State, metas: &Charges) -> Result<Vec<Verdict>, Stop> {
    let on_error = |index| metas.on_error(index, state.limiter());
    let answer = state.limiter().storage().peek(&metas.batch(), on_error).await;
    note_if_without_storage(state, answer.as_ref().is_ok_and(Answer::is_by_primary));
    let answer = answer.map_err(|Unavailable| Stop::Unavailable)?;
    state.judged_at.set(state.limiter().now());
    let decided = metas.iter().zip(answer.decisions.iter()).enumerate();
    let spent =
        decided.filter(|(index, (_, decision))| answer.source(*index).is_some() && !decision.is_allowed());
    let mut spent: Vec<_> =
        spent.map(|(_, (charge, decision))| Verdict::new(charge.clone(), *decision)).collect();
    for verdict in &spent {
        verdict.report(state.limiter());
    }
    state.verdicts.borrow_mut().extend(spent.iter().cloned());
    longest_first(&mut spent);
    Ok(spent)
}

/// Counts a refusal by other than meta limits: on those of the limiter, and on those of the rules that have
/// refused. Answers what was counted on.
pub(super) async fn count(state: &State, groups: &[&Group], refused: &[Verdict]) -> Charges {
    let mut counted = Charges::default();
    if refused.iter().any(|verdict| verdict.tier() == Tier::Meta) {
        return counted;
    }
    // Those of the limiter may have been looked at long since, before an asynchronous middleware.
    let of_limiter = state.take_metas();
    let of_rules = groups.iter().filter_map(|group| group.rare()).flat_map(|rare| rare.meta.iter());
    let of_rules = of_rules.filter(|meta| counts(meta, refused));
    for meta in of_limiter.iter().chain(of_rules) {
        let only = Charges::of(meta);
        // Each by itself: one that another request has just used up keeps none of the others from counting.
        // Those that can't be counted on now are lost, as everything is that happens during an outage.
        let _ = acquire(state, &only).await;
        counted.extend(&only);
    }
    counted
}

/// Whether `meta` is of one of the rules that have `refused`.
fn counts(meta: &super::Charge, refused: &[Verdict]) -> bool {
    meta.rule().meta.is_some() && refused.iter().any(|verdict| std::ptr::eq(verdict.rule(), meta.rule()))
}
