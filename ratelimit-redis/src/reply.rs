//! What the script answers, and the decisions that follow from it.
//!
//! Whether a request passes is the script's word, given in the step that charged it. What is left and
//! how long to wait follows from the counters as they were, by the core's own strategies.

use std::time::Duration;

use ratelimit_core::{
    Decision, Quota, StorageError, Strategy, Timestamp,
    strategy::{FixedWindow, MovingWindow, SlidingWindow, State, TokenBucket},
};
use smallvec::SmallVec;

use crate::{
    request::{Few, Item},
    terms,
};

/// What the server says to a request: whether every limit let it pass, and the counters before that.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    now_micros: u64,
    pub(crate) allowed: bool,
    /// Item by item.
    states: SmallVec<[u8; 64]>,
}

/// The server's clock tells no less: who is told to wait for less would come too soon.
const STEP: Duration = Duration::from_micros(1);

/// Where the script's answer is read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    now_micros: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(answer: &'a [u8]) -> Result<Self, StorageError> {
        let mut reader = Self { rest: answer, now_micros: 0 };
        reader.now_micros = reader.number()?;
        Ok(reader)
    }

    /// The answer to the next request, which was about `items`.
    pub(crate) fn answer(&mut self, items: &[Item]) -> Result<Answer, StorageError> {
        let [told] = *self.bytes::<1>()?;
        if told > 1 {
            let length = u16::from_be_bytes(*self.bytes()?);
            return Err(script_failed(&String::from_utf8_lossy(self.take(length.into())?)));
        }
        let mut counters = SmallVec::new();
        for group in items.chunk_by(|one, next| one.group == next.group) {
            if group[0].quota.strategy() != Strategy::MovingWindow {
                self.take(8 + 8 * group.len())?; // the key's head: how long it lives, and names
            }
            let length = group.iter().map(|item| state_length(item.quota.strategy())).sum();
            counters.extend_from_slice(self.take(length)?);
        }
        Ok(Answer { now_micros: self.now_micros, allowed: told == 1, states: counters })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], StorageError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(too_short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<&'a [u8; N], StorageError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(too_short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, StorageError> {
        self.bytes().map(|bytes| u64::from_be_bytes(*bytes))
    }

    fn moment(&mut self) -> Result<Timestamp, StorageError> {
        self.number().map(moment)
    }
}

/// How many bytes tell of a counter.
const fn state_length(strategy: Strategy) -> usize {
    match strategy {
        Strategy::SlidingWindow => 24,
        Strategy::MovingWindow => 32,
        _ => 16, // fixed windows and buckets
    }
}

impl Answer {
    /// What each limit says. `allowed` is about the whole request, of which this may be a part: when it is
    /// refused, limits that would have let it pass say what is left with nothing taken.
    pub(crate) fn decisions(
        &self,
        items: &[Item],
        allowed: bool,
    ) -> Result<Few<(Item, Decision)>, StorageError> {
        let now = moment(self.now_micros);
        let mut reader = Reader { rest: &self.states, now_micros: self.now_micros };
        let mut decided = Few::new();
        for item in items {
            let state = state(&mut reader, item, now)?;
            let decide = |cost| state.decide(&item.quota, cost, now).in_steps_of(STEP);
            let decision = match decide(item.cost) {
                decision if allowed => passed(decision),
                decision if decision.is_allowed() => decide(0),
                decision => decision,
            };
            decided.push((*item, decision));
        }
        let refused = decided.iter().any(|(_, decision)| !decision.is_allowed());
        if !self.allowed && !refused {
            // One of them did: see `passed`.
            if let Some((_, tightest)) = decided.iter_mut().min_by_key(|(_, decision)| decision.remaining()) {
                *tightest = Decision::refuse(tightest.limit(), 0, STEP, Some(STEP), tightest.receipt());
            }
        }
        Ok(decided)
    }
}

/// The counter that the server told of.
fn state(reader: &mut Reader<'_>, item: &Item, now: Timestamp) -> Result<State, StorageError> {
    let quota = &item.quota;
    let window = quota.limit().window();
    Ok(match quota.strategy() {
        // As the script does: what is a window ahead of its time says nothing, as the clock was set back.
        Strategy::SlidingWindow => {
            let start = reader.moment()?.minus(window * 2);
            let windows = SlidingWindow::new(start, reader.number()?, reader.number()?);
            let is_ahead = start > now.plus(window);
            State::SlidingWindow(if is_ahead { SlidingWindow::default() } else { windows })
        }
        Strategy::MovingWindow => State::MovingWindow(moving_window(reader, item)?),
        Strategy::TokenBucket => State::TokenBucket(bucket(reader, quota)?),
        // A fixed window.
        _ => {
            let end = reader.moment()?;
            let current = FixedWindow::new(end, reader.number()?);
            let is_ahead = end > now.plus(window * 2);
            State::FixedWindow(if is_ahead { FixedWindow::default() } else { current })
        }
    })
}

fn bucket(reader: &mut Reader<'_>, quota: &Quota) -> Result<TokenBucket, StorageError> {
    let (micros, part) = (reader.number()?, reader.number()?);
    let (nanos, fraction) = terms::nanos_of_part(quota, part.min(terms::scale(quota) - 1));
    let full_at = micros.saturating_mul(1_000).saturating_add(nanos);
    Ok(TokenBucket::new(Timestamp::from_nanos(full_at), fraction))
}

/// A log that decides on this cost as the server's does, which is too long to be sent: it has the units
/// that must leave before anything is free, those that must leave for the cost, and all others.
fn moving_window(reader: &mut Reader<'_>, item: &Item) -> Result<MovingWindow, StorageError> {
    let used = reader.number()?;
    let (reset_at, retry_at, newest) = (reader.moment()?, reader.moment()?, reader.moment()?);
    let (amount, window) = (item.quota.limit().amount(), item.quota.limit().window());
    let first = used.saturating_sub(amount.saturating_sub(1)).max(1).min(used);
    let for_cost = match amount.checked_sub(item.cost) {
        Some(spare) if retry_at > Timestamp::default() => used.saturating_sub(spare).max(first),
        _ => first,
    };
    let hits = [(reset_at, first), (retry_at, for_cost - first), (newest, used - for_cost)];
    let hits = hits.into_iter().filter(|(_, units)| *units > 0);
    Ok(hits.map(|(leaves, units)| (leaves.minus(window), units)).collect())
}

/// The decision of a limit that the server let the request pass.
///
/// Server and core come to the same; only where numbers are too great for Lua (sliding windows of amounts
/// above 2⁵³, buckets of amounts above 2⁴²) may they differ by a rounding, and then the server's word holds.
fn passed(decision: Decision) -> Decision {
    if decision.is_allowed() {
        return decision;
    }
    Decision::allow(decision.limit(), 0, decision.reset_after(), decision.receipt())
}

fn moment(micros: u64) -> Timestamp {
    Timestamp::from_nanos(micros.saturating_mul(1_000))
}

fn too_short() -> StorageError {
    StorageError::permanent("the server's answer is shorter than the script's")
}

/// The server's message names no key: the script's errors are about commands and states.
fn script_failed(message: &str) -> StorageError {
    let transient = ["OOM", "READONLY", "MISCONF", "NOREPLICAS", "MASTERDOWN", "LOADING", "CLUSTERDOWN"];
    let message_for_user = format!("the server could not count: {message}");
    if transient.iter().any(|code| message.contains(code)) {
        StorageError::transient(message_for_user)
    } else {
        StorageError::permanent(message_for_user)
    }
}
