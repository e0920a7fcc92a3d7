//! Requests whose counters live on several servers of a cluster.
//!
//! Each client's counters share a slot, but a request may meet limits of several keys: a user's and
//! everybody's, say. Their parts are charged one after the other; when one refuses or fails, those before
//! it are given back. All of that is one task, which ends even if nobody waits for it any more, so that
//! nothing stays charged by halves.

use std::sync::Arc;

use ratelimit_core::{Acquisition, Batch, Decisions, Key, StorageError};

use crate::{
    connection::Lane,
    queue,
    refunds::Refunds,
    reply::Answer,
    request::{Few, Intent, Request, in_order},
    storage::Shared,
};

/// Decides on a batch whose keys may be on several servers.
pub(crate) async fn ask(
    shared: &Arc<Shared>,
    lane: &Arc<Lane>,
    batch: &Batch<'_>,
    intent: Intent,
) -> Result<Decisions, StorageError> {
    let parts = parts(shared, batch, intent)?;
    let task = run(Arc::clone(shared), Arc::clone(lane), parts, intent);
    let decided = lane.runtime().spawn(task).await;
    decided.unwrap_or_else(|error| {
        Err(StorageError::transient("the runtime of the connection has ended").with_source(error))
    })
}

fn parts(shared: &Shared, batch: &Batch<'_>, intent: Intent) -> Result<Vec<Request>, StorageError> {
    let mut keys: Vec<&Key> = Vec::new();
    for hit in batch.iter() {
        if !keys.contains(&hit.key) {
            keys.push(hit.key);
        }
    }
    // One order for all, so that of two requests that want the last of two counters one gets both. In
    // different orders each would get one, be refused the other, and both would give back.
    keys.sort_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
    let part_of = |key: &&Key| {
        let of_key = |(_, hit): &(usize, &Acquisition<'_>)| hit.key == *key;
        shared.request(batch.iter().enumerate().filter(of_key), intent)
    };
    keys.iter().map(part_of).collect()
}

async fn run(
    shared: Arc<Shared>,
    lane: Arc<Lane>,
    parts: Vec<Request>,
    intent: Intent,
) -> Result<Decisions, StorageError> {
    let mut answers: Vec<Answer> = Vec::with_capacity(parts.len());
    for part in &parts {
        // Once a part has refused, what was charged is given back, and the others only tell how they stand.
        let refused = answers.iter().any(|answer| !answer.allowed);
        let request = if refused { part.clone().looking() } else { part.clone() };
        match queue::ask(&lane, request, shared.now_micros()).await {
            Ok((_, answer)) => answers.push(answer),
            Err(error) => {
                if !refused {
                    undo(&shared, &lane, &parts, &answers, intent).await;
                }
                return Err(error);
            }
        }
        if answers.last().is_some_and(|answer| !answer.allowed) && !refused {
            let before = answers.len() - 1;
            undo(&shared, &lane, &parts, &answers[..before], intent).await;
        }
    }
    let allowed = answers.iter().all(|answer| answer.allowed);
    merge(&parts, &answers, allowed)
}

/// Gives back what parts have charged. What can't be given back is lost to its client until its window
/// ends; there is nobody to tell but the log.
async fn undo(shared: &Shared, lane: &Lane, parts: &[Request], answers: &[Answer], intent: Intent) {
    if intent == Intent::Look {
        return;
    }
    let undone = match refunds(parts, answers) {
        Ok(refunds) => shared.give_back(lane, &refunds).await,
        Err(error) => Err(error),
    };
    if let Err(error) = undone {
        log::warn!("ratelimit: a part of a refused request's charge could not be given back: {error}");
    }
}

fn refunds(parts: &[Request], answers: &[Answer]) -> Result<Refunds, StorageError> {
    let mut refunds = Refunds::default();
    for (part, answer) in parts.iter().zip(answers) {
        for (item, decision) in answer.decisions(part.items(), true)? {
            refunds.push_item(&part.keys()[item.group], &item, decision.receipt());
        }
    }
    Ok(refunds)
}

/// The decisions of all parts in the batch's order.
fn merge(parts: &[Request], answers: &[Answer], allowed: bool) -> Result<Decisions, StorageError> {
    let mut merged = Few::new();
    for (part, answer) in parts.iter().zip(answers) {
        merged.extend(answer.decisions(part.items(), allowed)?);
    }
    Ok(in_order(merged))
}
