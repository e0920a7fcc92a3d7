//! Plain limits, which are all that most requests owe, under a storage that answers at once: without groups and lists of
//! charges, and without anything to wait for. What is not plain goes the general way, of which nothing has been asked
//! then.

use std::rc::Rc;

use actix_web::{HttpRequest, dev::ServiceRequest};
use ratelimit_core::{Acquisition, Batch, Decisions, Key};

use super::{
    Answer, Charge, Charges, Group, Outcome, Owed, Source, Stop, acquire_now,
    charge::Who,
    demand::{planned_for_path, who},
    go_on,
    method::counted_as,
    planned::{Counter, Plain, Planned},
    record_all, record_one, stop_if_refused,
};
use crate::{Breach, Verdict, request::State, route::Route, rule::now};

/// Charges what `request` owes to its handler, if that is plain rules without default limits beside them; `None` if it
/// isn't.
pub(crate) fn enforce_plain_of_handler(
    state: &State,
    request: &HttpRequest,
    route: &'static Route,
) -> Option<Outcome> {
    let planned = state.plans.planned_for_handler(route, counted_as(request.method()));
    if planned.len() != 1 {
        return enforce_rules(state, request, route, &planned);
    }
    let (planned, plain) = plain_of(&planned, request)?;
    if !route.exempt.default && !planned.rule.override_defaults {
        return None;
    }
    // Default limits don't hold, if there are any.
    state.forget_undecorated();
    Some(enforce_plain(state, request, planned, plain))
}

/// The same for several rules, or none.
#[inline(never)]
fn enforce_rules(
    state: &State,
    request: &HttpRequest,
    route: &'static Route,
    planned: &[Planned],
) -> Option<Outcome> {
    let owing = || planned.iter().filter(|planned| planned.rule.covers(request.method()));
    let overrides = owing().any(|planned| planned.rule.override_defaults);
    if !(route.exempt.default || overrides) || owing().any(|planned| planned.plain.is_none()) {
        return None;
    }
    state.forget_undecorated();
    let mut charges = Charges::default();
    for planned in owing() {
        let (Some(plain), Who::Key(key)) = (&planned.plain, who(state, request, planned)) else {
            // They are there; if they ever weren't, nothing may pass unseen.
            return Some(Outcome::Unavailable);
        };
        for counter in plain.counters.iter() {
            charges.push(Charge::new(counter, key.clone(), plain.cost));
        }
    }
    Some(if charges.is_empty() { Outcome::Passed } else { enforce_all(state, &charges) })
}

/// What [`prepare`](super::prepare) does, in an app whose limits that need no handler are one plain rule of default
/// limits at most; `None` in others. Asks for it as well if `at_once`.
pub(crate) fn prepare_plain(state: &State, request: &ServiceRequest, at_once: bool) -> Option<Outcome> {
    let settings = state.limiter().settings();
    if !settings.meta.is_empty() || !settings.application.is_empty() {
        return None;
    }
    if settings.default.is_empty() || !state.is_undecided() {
        return Some(Outcome::Passed);
    }
    let found = planned_for_path(state, request, &settings.default, None);
    let (planned, plain) = plain_of(&found.planned, request.request())?;
    state.set_unmatched(found.unmatched);
    if at_once {
        state.set_decided();
        return Some(enforce_plain(state, request.request(), planned, plain));
    }
    let key = key_of(state, request.request(), planned);
    let owed = match &plain.counters[..] {
        [counter] => Group::one(Charge::new(counter, key, plain.cost)),
        counters => {
            let mut owed = Group::default();
            owed.add(planned, counters, Who::Key(key), plain.cost);
            owed
        }
    };
    state.owe(Owed::to_route(owed));
    state.keep_head(request);
    Some(Outcome::Passed)
}

/// The rule, if it is one and plain.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call takes as much as what it does")]
fn plain_of<'a>(planned: &'a [Planned], request: &HttpRequest) -> Option<(&'a Planned, &'a Plain)> {
    let [planned] = planned else { return None };
    let plain = planned.plain.as_ref()?;
    planned.rule.covers(request.method()).then_some((planned, plain))
}

/// Whom a plain rule counts: there is a key for every request.
#[inline(always)]
#[expect(clippy::inline_always, reason = "calls would move keys and verdicts about, 20 instructions each")]
fn key_of(state: &State, request: &HttpRequest, planned: &Planned) -> Key {
    if planned.by_address && !state.is_around_another() {
        // Made where it is kept: the way by `who` moves it twice.
        return state.client_key(request);
    }
    match who(state, request, planned) {
        Who::Key(key) => key,
        // Were there ever none, the request would be counted all the same.
        Who::Nobody | Who::Refused => state.client_key(request),
    }
}

/// Charges all limits of a rule, or none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "calls would move keys and verdicts about, 20 instructions each")]
fn enforce_plain(state: &State, request: &HttpRequest, planned: &Planned, plain: &Plain) -> Outcome {
    let key = key_of(state, request, planned);
    match &plain.counters[..] {
        [counter] => enforce_one(state, counter, key, plain.cost),
        _ => enforce_several(state, plain, &key),
    }
}

/// Charges several limits for one key. Charges are made twice of what they come of, once to ask and once to note: a list of
/// them takes some 400 instructions more.
#[inline(never)]
fn enforce_several(state: &State, Plain { counters, cost }: &Plain, key: &Key) -> Outcome {
    let limiter = state.limiter();
    let mut batch = Batch::new();
    for counter in counters.iter() {
        batch.push(&counter.policy, key, *cost);
    }
    let charge = |counter| Charge::new(counter, key.clone(), *cost);
    let pass = |decisions: &Decisions| {
        if !decisions.all_allowed() {
            return Some(Answer::by_primary(decisions.clone()));
        }
        for (counter, decision) in counters.iter().zip(decisions.iter()) {
            state.note(Verdict::charged(charge(counter), *decision, Source::Primary));
        }
        state.note_judgement(&[]);
        None
    };
    let on_error = |index: usize| limiter.on_error(&counters[index].rule);
    let answer = match limiter.storage().acquire_primary(&batch, pass) {
        Some(None) => return Outcome::Passed,
        Some(Some(answer)) => Ok(answer),
        None => limiter.storage().acquire_instead(&batch, on_error),
    };
    let recorded = record_all(state, counters.iter().map(charge), answer);
    passed_or_stopped(state, recorded)
}

/// Makes all of `charges`, or none: those of several rules, which may have some in common.
fn enforce_all(state: &State, charges: &Charges) -> Outcome {
    passed_or_stopped(state, acquire_now(state, charges))
}

/// What comes of a request that owes nothing else than what has `refused`, if anything has.
fn passed_or_stopped(state: &State, refused: Result<Vec<Verdict>, Stop>) -> Outcome {
    let Err(stop) = refused.and_then(|refused| stop_if_refused(state, refused)) else {
        return Outcome::Passed;
    };
    now(Box::pin(go_on(state, &Owed::default(), 0, Some(stop)))).unwrap_or(Outcome::Unavailable)
}

/// Makes a plain charge that is all that a request owes.
pub(crate) fn enforce_charge(state: &State, charge: Charge) -> Outcome {
    let (counter, key, cost) = charge.into_parts();
    enforce_one(state, &counter, key, cost)
}

/// Charges one limit. What is noted is put together where it is kept.
#[inline(always)]
#[expect(clippy::inline_always, reason = "calls would move keys and verdicts about, 20 instructions each")]
fn enforce_one(state: &State, counter: &Rc<Counter>, key: Key, cost: u64) -> Outcome {
    let hit = Acquisition { policy: &counter.policy, key: &key, cost };
    match state.limiter().storage().hit_primary(&hit) {
        Some(decision) if decision.is_allowed() => {
            state.note(Verdict::charged(Charge::new(counter, key, cost), decision, Source::Primary));
            state.note_judgement(&[]);
            Outcome::Passed
        }
        Some(decision) => refuse(state, Verdict::new(Charge::new(counter, key, cost), decision)),
        None => without_primary(state, Charge::new(counter, key, cost)),
    }
}

/// Notes the refusal of a limit that has no meta limits, of a request that owes nothing else: what it waits for is this
/// limit.
#[inline(never)]
fn refuse(state: &State, verdict: Verdict) -> Outcome {
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
    passed_or_stopped(state, record_one(state, charge, answer))
}
