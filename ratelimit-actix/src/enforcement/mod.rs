//! Asking groups of limits, one after the other, and giving back.

mod cache;
mod charge;
mod demand;
mod failover;
mod identity;
mod meta;
mod method;
mod owed;
mod plain;
mod plan;
mod planned;
mod refunds;

use std::{cmp::Reverse, time::Duration};

use ratelimit_core::Decision;

use self::failover::{Answer, Unavailable};
pub use self::failover::{OnError, StorageHealth};
pub(crate) use self::{
    charge::{Charge, Charges, Group},
    demand::{enter_scope, prepare, route},
    failover::{Failover, Source},
    identity::Place,
    owed::{Owed, Scope, Scopes},
    plain::{enforce_charge, enforce_plain_of_handler, prepare_plain},
    plan::Plans,
    planned::policies,
    refunds::{give_back, settle},
};
use crate::{Breach, Tier, Verdict, request::State};

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Outcome {
    Passed,
    /// A limit refused; the state holds the breach.
    Refused,
    /// The storage failed, and such requests are turned away.
    Unavailable,
}

/// Charges each group in turn until one refuses. A group that refuses is not charged; those before it
/// have counted the request.
pub(crate) async fn enforce(state: &State, owed: &Owed) -> Outcome {
    match begin(state, owed) {
        Begun::Passed => Outcome::Passed,
        // Boxed: what most requests don't need must not make every request's future larger.
        Begun::Stopped { at, stop } => Box::pin(go_on(state, owed, at, stop)).await,
    }
}

/// How far groups could be charged at once.
enum Begun {
    Passed,
    /// Group `at` refuses, or has to be asked yet.
    Stopped {
        at: usize,
        stop: Option<Stop>,
    },
}

/// Charges groups of the usual kind, as long as the storage answers at once and allows them.
fn begin(state: &State, owed: &Owed) -> Begun {
    for (at, group) in owed.groups().enumerate() {
        if group.is_empty() {
            continue;
        }
        if group.rare().is_some() || !state.limiter().storage().answers_at_once() {
            return Begun::Stopped { at, stop: None };
        }
        let refused = acquire_now(state, &group.charges);
        if let Err(stop) = refused.and_then(|refused| stop_if_refused(state, refused)) {
            return Begun::Stopped { at, stop: Some(stop) };
        }
    }
    Begun::Passed
}

/// Charges the groups from number `from` on, of which one may have refused.
async fn go_on(state: &State, owed: &Owed, from: usize, mut stop: Option<Stop>) -> Outcome {
    let groups: Vec<&Group> = owed.groups().collect();
    for (index, group) in groups.iter().enumerate().skip(from) {
        let charged = match stop.take() {
            Some(stop) => Err(stop),
            None => charge(state, group).await,
        };
        match charged {
            Ok(()) => {}
            Err(Stop::Unavailable) if state.limiter().settings().shadow => {}
            Err(Stop::Unavailable) => return Outcome::Unavailable,
            Err(Stop::Refused(refused)) => {
                let metas = meta::count(state, &groups, &refused).await;
                // What a meta limit or a missing key has refused has not been asked the limits beside it.
                let was_asked =
                    refused.iter().all(|verdict| verdict.tier() != Tier::Meta && verdict.key().is_some());
                let unasked = &groups[index + usize::from(was_asked)..];
                let wait = wait(state, &refused, unasked, &metas).await;
                state.breach.replace(Some(Breach::new(refused, wait)));
                return Outcome::Refused;
            }
        }
    }
    Outcome::Passed
}

/// Why a request goes no further.
pub(crate) enum Stop {
    /// The verdicts that refused, the one to wait for longest first.
    Refused(Vec<Verdict>),
    Unavailable,
}

async fn charge(state: &State, group: &Group) -> Result<(), Stop> {
    let Some(rare) = group.rare() else { return acquire_or_stop(state, &group.charges).await };
    match rare.failed {
        None | Some(OnError::Open) => {}
        // Whoever has default limits to fall back on has seen to it before.
        Some(OnError::Fallback | OnError::Closed) => return Err(Stop::Unavailable),
    }
    if !rare.meta.is_empty() {
        stop_if_refused(state, meta::check(state, &rare.meta).await?)?;
    }
    for verdict in &rare.keyless {
        verdict.report(state.limiter());
    }
    stop_if_refused(state, rare.keyless.clone())?;
    acquire_or_stop(state, &group.charges).await?;
    if !rare.shadow.is_empty() {
        // What only looks on never stops a request, whatever it says and whether or not it can be asked.
        let _ = acquire(state, &rare.shadow).await;
    }
    Ok(())
}

async fn acquire_or_stop(state: &State, charges: &Charges) -> Result<(), Stop> {
    if charges.is_empty() {
        return Ok(());
    }
    stop_if_refused(state, acquire(state, charges).await?)
}

fn stop_if_refused(state: &State, refused: Vec<Verdict>) -> Result<(), Stop> {
    if refused.is_empty() || state.limiter().settings().shadow {
        return Ok(());
    }
    Err(Stop::Refused(refused))
}

/// Charges all of `charges` or none, notes what was decided, and answers what refused.
async fn acquire(state: &State, charges: &Charges) -> Result<Vec<Verdict>, Stop> {
    let storage = state.limiter().storage();
    if storage.answers_at_once() {
        return acquire_now(state, charges);
    }
    let on_error = |index| charges.on_error(index, state.limiter());
    let answer = storage.acquire(&charges.batch(), on_error).await;
    record_all(state, charges.iter().cloned(), answer)
}

/// The same by a storage that answers at once.
fn acquire_now(state: &State, charges: &Charges) -> Result<Vec<Verdict>, Stop> {
    if let Some(charge) = charges.only() {
        return acquire_one_now(state, charge.clone());
    }
    let on_error = |index| charges.on_error(index, state.limiter());
    let answer = state.limiter().storage().acquire_now(&charges.batch(), on_error);
    record_all(state, charges.iter().cloned(), answer)
}

/// The same for one charge, for which there need be no batch and no list of decisions.
fn acquire_one_now(state: &State, charge: Charge) -> Result<Vec<Verdict>, Stop> {
    // Charges without a key are never made: see `Group::add_keyless`.
    let Some(hit) = charge.acquisition() else { return Err(Stop::Unavailable) };
    let storage = state.limiter().storage();
    let answer = match storage.hit_primary(&hit) {
        Some(decision) => Ok((decision, Some(Source::Primary))),
        None => storage.hit_instead(&hit, || state.limiter().on_error(charge.rule())),
    };
    record_one(state, charge, answer)
}

/// Notes what was decided on one charge, and by whom, and answers what refused.
fn record_one(
    state: &State,
    charge: Charge,
    answer: Result<(Decision, Option<Source>), Unavailable>,
) -> Result<Vec<Verdict>, Stop> {
    note_if_without_storage(state, matches!(answer, Ok((_, Some(Source::Primary)))));
    let (decision, source) = answer.map_err(|Unavailable| Stop::Unavailable)?;
    let mut refused = Vec::new();
    record(state, charge, decision, source, decision.is_allowed(), &mut refused);
    state.note_judgement(&refused);
    Ok(refused)
}

/// Notes what was decided on all of `charges`, and answers what refused.
fn record_all(
    state: &State,
    charges: impl Iterator<Item = Charge>,
    answer: Result<Answer, Unavailable>,
) -> Result<Vec<Verdict>, Stop> {
    note_if_without_storage(state, answer.as_ref().is_ok_and(Answer::is_by_primary));
    let answer = answer.map_err(|Unavailable| Stop::Unavailable)?;
    let all_allowed = answer.decisions.all_allowed();
    let mut refused = Vec::new();
    for (index, (charge, decision)) in charges.zip(answer.decisions.iter()).enumerate() {
        record(state, charge, *decision, answer.source(index), all_allowed, &mut refused);
    }
    state.note_judgement(&refused);
    longest_first(&mut refused);
    Ok(refused)
}

fn note_if_without_storage(state: &State, is_by_primary: bool) {
    if !is_by_primary && state.is_first_without_storage() {
        state.limiter().storage().request_without();
    }
}

/// Notes what was decided, by the storage `source` if by any, and that it was charged if all of its group was
/// allowed.
#[inline]
fn record(
    state: &State,
    charge: Charge,
    decision: Decision,
    source: Option<Source>,
    all_allowed: bool,
    refused: &mut Vec<Verdict>,
) {
    let Some(source) = source else { return };
    let mut verdict = Verdict::new(charge, decision);
    if all_allowed {
        verdict.note_charge(source);
    }
    if !decision.is_allowed() {
        refused.push(verdict.clone());
    }
    state.note(verdict);
}

/// The limit to wait for longest first.
fn longest_first(refused: &mut [Verdict]) {
    refused.sort_by_key(|verdict| Reverse(longest(verdict.decision().retry_after())));
}

/// How long until the request would pass every group: the longest wait of the limits that refused and of
/// those which were not charged but would refuse as well: in later groups, and meta limits that this
/// refusal has used up.
async fn wait(state: &State, refused: &[Verdict], later: &[&Group], metas: &Charges) -> Option<Duration> {
    let keyless = later.iter().filter_map(|group| group.rare()).flat_map(|rare| &rare.keyless);
    let refused = refused.iter().chain(keyless);
    let mut wait = refused.map(|verdict| longest(verdict.decision().retry_after())).max();
    let rare = later.iter().filter_map(|group| group.rare()).map(|rare| &rare.meta);
    let metas_and_later = [metas].into_iter().chain(rare).chain(later.iter().map(|group| &group.charges));
    for charges in metas_and_later.filter(|charges| !charges.is_empty()) {
        for decision in peek(state, charges).await.filter(|decision| !decision.is_allowed()) {
            wait = wait.max(Some(longest(decision.retry_after())));
        }
    }
    wait.filter(|wait| *wait < Duration::MAX)
}

/// What the storage would decide on `charges`; nothing while it can't be asked.
async fn peek(state: &State, charges: &Charges) -> impl Iterator<Item = Decision> {
    let on_error = |index| charges.on_error(index, state.limiter());
    let answer = state.limiter().storage().peek(&charges.batch(), on_error).await;
    answer.map(|answer| answer.decisions).unwrap_or_default().to_vec().into_iter()
}

/// A wait as something to compare: one that never ends is the longest.
fn longest(wait: Option<Duration>) -> Duration {
    wait.unwrap_or(Duration::MAX)
}
