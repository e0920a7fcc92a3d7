//! Requests whose counters live on several servers of a cluster.
//!
//! Each client's counters share a slot, but a request may meet limits of several keys: a user's and
//! everybody's, say. Their parts are charged one after the other; when one refuses or fails, those before
//! it are given back. All of that is one task, which ends even if nobody waits for it any more, so that
//! nothing stays charged by halves.

use std::sync::Arc;

use ratelimit_core::{Acquisition, Batch, Decision, Decisions, Key, StorageError};

use crate::{
    connection::Lane,
    queue,
    request::{Answer, Intent, Refunds, Request},
    storage::Shared,
};

/// The acquisitions of one key, and where in the batch they are.
struct Part {
    request: Request,
    indices: Vec<usize>,
}

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

fn parts(shared: &Shared, batch: &Batch<'_>, intent: Intent) -> Result<Vec<Part>, StorageError> {
    let mut keys: Vec<&Key> = Vec::new();
    for hit in batch.iter() {
        if !keys.contains(&hit.key) {
            keys.push(hit.key);
        }
    }
    let part_of = |key: &&Key| {
        let of_key = |(_, hit): &(usize, &Acquisition<'_>)| hit.key == *key;
        let acquisitions = || batch.iter().enumerate().filter(of_key);
        let request = shared.request(acquisitions().map(|(_, hit)| hit), intent)?;
        Ok(Part { request, indices: acquisitions().map(|(index, _)| index).collect() })
    };
    keys.iter().map(part_of).collect()
}

async fn run(
    shared: Arc<Shared>,
    lane: Arc<Lane>,
    parts: Vec<Part>,
    intent: Intent,
) -> Result<Decisions, StorageError> {
    let mut answers: Vec<Answer> = Vec::with_capacity(parts.len());
    for part in &parts {
        // Once a part has refused, the others only tell how they stand.
        let refused = answers.iter().any(|answer| !answer.allowed);
        let request = part.request.clone();
        let request = if refused { request.looking() } else { request };
        match queue::ask(&lane, request, shared.now_micros()).await {
            Ok(answer) => answers.push(answer),
            Err(error) => {
                let refused = answers.iter().any(|answer| !answer.allowed);
                undo(&shared, &lane, &parts, &answers, intent, !refused).await;
                return Err(error);
            }
        }
        if answers.last().is_some_and(|answer| !answer.allowed) && !refused {
            let before = answers.len() - 1;
            undo(&shared, &lane, &parts, &answers[..before], intent, true).await;
        }
    }
    let allowed = answers.iter().all(|answer| answer.allowed);
    merge(&parts, &answers, allowed)
}

/// Gives back what parts have charged. What can't be given back is lost to its client until its window
/// ends; there is nobody to tell but the log.
async fn undo(
    shared: &Shared,
    lane: &Lane,
    parts: &[Part],
    answers: &[Answer],
    intent: Intent,
    charged: bool,
) {
    if intent == Intent::Look || !charged {
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

fn refunds(parts: &[Part], answers: &[Answer]) -> Result<Refunds, StorageError> {
    let mut refunds = Refunds::default();
    for (part, answer) in parts.iter().zip(answers) {
        let decisions = answer.decisions(part.request.items(), true)?;
        let charges = part.request.keys().iter().zip(part.request.items());
        for ((key, item), decision) in charges.zip(decisions.iter()) {
            refunds.push(key.clone(), item, decision.receipt())?;
        }
    }
    Ok(refunds)
}

/// The decisions of all parts in the batch's order.
fn merge(parts: &[Part], answers: &[Answer], allowed: bool) -> Result<Decisions, StorageError> {
    let mut merged: Vec<(usize, Decision)> = Vec::new();
    for (part, answer) in parts.iter().zip(answers) {
        let decisions = answer.decisions(part.request.items(), allowed)?;
        merged.extend(part.indices.iter().copied().zip(decisions.iter().copied()));
    }
    merged.sort_unstable_by_key(|(index, _)| *index);
    Ok(merged.into_iter().map(|(_, decision)| decision).collect())
}
