//! Asking groups of limits, one after the other, and giving back.

mod charge;
mod demand;
mod failover;
mod identity;
mod method;
mod plan;

use std::{cmp::Reverse, rc::Rc, time::Duration};

use ratelimit_core::{Decisions, Refund};

pub use self::failover::{OnError, StorageHealth};
use self::failover::{Source, Unavailable};
pub(crate) use self::{
    charge::{Charged, Group, Undecorated},
    demand::{add_route, prepare},
    failover::Failover,
    plan::Plans,
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
pub(crate) async fn enforce(state: &State, groups: &[Group]) -> Outcome {
    for (index, group) in groups.iter().enumerate() {
        match charge(state, group).await {
            Ok(()) => {}
            Err(Stop::Unavailable) => return Outcome::Unavailable,
            Err(Stop::Refused(refused)) => {
                let wait = wait(state, &refused, &groups[index + 1..]).await;
                state.breach.replace(Some(Breach::new(refused, wait)));
                return Outcome::Refused;
            }
        }
    }
    Outcome::Passed
}

/// Why a request goes no further.
enum Stop {
    /// The verdicts that refused, the one to wait for longest first.
    Refused(Vec<Verdict>),
    Unavailable,
}

async fn charge(state: &State, group: &Group) -> Result<(), Stop> {
    if !group.keyless().is_empty() {
        state.verdicts.borrow_mut().extend_from_slice(group.keyless());
        return Err(Stop::Refused(group.keyless().to_vec()));
    }
    if group.is_empty() {
        return Ok(());
    }
    let storage = state.limiter().storage();
    let answer = storage.acquire(&group.batch()).await;
    if !matches!(answer, Ok(Some((Source::Primary, _)))) && state.is_first_without_storage() {
        storage.request_without();
    }
    match answer {
        Ok(Some((source, decisions))) => record(state, group, source, &decisions),
        Ok(None) => Ok(()),
        Err(Unavailable) => Err(Stop::Unavailable),
    }
}

/// Notes what was decided and, if all of it was allowed, what was charged.
fn record(state: &State, group: &Group, source: Source, decisions: &Decisions) -> Result<(), Stop> {
    let verdicts = verdicts(group, decisions);
    state.judged_at.set(state.limiter().now());
    if decisions.all_allowed() {
        let charged = group.charges().iter().zip(decisions.iter());
        state.charged.borrow_mut().extend(
            charged.map(|(charge, decision)| Charged::new(charge.clone(), source, decision.receipt())),
        );
        state.verdicts.borrow_mut().extend(verdicts);
        return Ok(());
    }
    let is_refused = |verdict: &&Verdict| !verdict.decision().is_allowed();
    let mut refused: Vec<_> = verdicts.iter().filter(is_refused).cloned().collect();
    state.verdicts.borrow_mut().extend(verdicts);
    refused.sort_by_key(|verdict| Reverse(longest(verdict.decision().retry_after())));
    Err(Stop::Refused(refused))
}

fn verdicts(group: &Group, decisions: &Decisions) -> Vec<Verdict> {
    let charges = group.charges().iter();
    charges
        .zip(decisions.iter())
        .map(|(charge, decision)| Verdict::new(charge.tier, Rc::clone(&charge.policy), *decision))
        .collect()
}

/// How long until the request would pass every group: the longest wait of the limits that refused
/// and of those in later groups, which were not charged but would have refused as well.
async fn wait(state: &State, refused: &[Verdict], later: &[Group]) -> Option<Duration> {
    let keyless = later.iter().flat_map(Group::keyless);
    let refused = refused.iter().chain(keyless);
    let mut wait = refused.map(|verdict| longest(verdict.decision().retry_after())).max();
    for group in later.iter().filter(|group| !group.charges().is_empty()) {
        if let Ok(Some((_, decisions))) = state.limiter().storage().peek(&group.batch()).await {
            let refusing = decisions.iter().filter(|decision| !decision.is_allowed());
            wait = wait.max(refusing.map(|decision| longest(decision.retry_after())).max());
        }
    }
    wait.filter(|wait| *wait < Duration::MAX)
}

/// A wait as something to compare: one that never ends is the longest.
fn longest(wait: Option<Duration>) -> Duration {
    wait.unwrap_or(Duration::MAX)
}

/// Gives back what the tiers that are `not_owed` have charged this request, as if they had never been
/// asked.
pub(crate) async fn give_back(state: &State, not_owed: impl Fn(Tier) -> bool) {
    let (back, kept): (Vec<_>, Vec<_>) =
        state.charged.take().into_iter().partition(|charged| not_owed(charged.tier()));
    state.charged.replace(kept);
    state.verdicts.borrow_mut().retain(|verdict| !not_owed(verdict.tier()));
    for source in [Source::Primary, Source::Fallback] {
        let refunds: Vec<Refund<'_>> =
            back.iter().filter(|charged| charged.source() == source).map(Charged::refund).collect();
        if !refunds.is_empty() {
            state.limiter().storage().refund(source, &refunds).await;
        }
    }
}
