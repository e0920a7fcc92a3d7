//! Charging one plain limit, which is all that most requests owe: without groups, batches and lists, which are for
//! several.

use super::{Charge, Outcome, Owed, Source, go_on, record_one, stop_if_refused};
use crate::{Breach, Verdict, request::State, rule::now};

/// Charges the one limit that a request owes, by a storage that answers at once.
pub(crate) fn enforce_one(state: &State, charge: Charge) -> Outcome {
    // Charges without a key are never made: see `Group::add_keyless`.
    let Some(hit) = charge.acquisition() else { return Outcome::Unavailable };
    match state.limiter().storage().hit_primary(&hit) {
        None => without_primary(state, charge),
        Some(decision) if decision.is_allowed() => {
            let verdict = Verdict::charged(charge, decision, Source::Primary);
            verdict.report(state.limiter());
            state.note(verdict);
            state.note_judgement(&[]);
            Outcome::Passed
        }
        Some(decision) => refuse(state, Verdict::new(charge, decision)),
    }
}

/// Notes the refusal of a limit that has no meta limits, of a request that owes nothing else: what it waits for is this
/// limit.
fn refuse(state: &State, verdict: Verdict) -> Outcome {
    verdict.report(state.limiter());
    let refused = vec![verdict.clone()];
    state.note(verdict);
    state.note_judgement(&refused);
    if state.limiter().settings().shadow {
        return Outcome::Passed;
    }
    let wait = refused[0].decision().retry_after();
    state.breach.replace(Some(Breach::new(refused, wait)));
    Outcome::Refused
}

/// Charges it in the storage's stead, while that fails.
#[cold]
fn without_primary(state: &State, charge: Charge) -> Outcome {
    let Some(hit) = charge.acquisition() else { return Outcome::Unavailable };
    let limiter = state.limiter();
    let answer = limiter.storage().hit_instead(&hit, || limiter.on_error(charge.rule()));
    let stop = match record_one(state, charge, answer).and_then(|refused| stop_if_refused(state, refused)) {
        Ok(()) => return Outcome::Passed,
        Err(stop) => stop,
    };
    now(Box::pin(go_on(state, &Owed::default(), 0, Some(stop)))).unwrap_or(Outcome::Unavailable)
}
