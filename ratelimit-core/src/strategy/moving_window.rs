//! Moving window: a log of every hit in the last window.
//!
//! # The rule
//! A cost passes if the hits younger than the window, and the cost, are at most the amount. A hit
//! leaves when its age reaches the window. Nothing is estimated: no span as long as the window ever
//! holds more than the amount.
//!
//! Hits of one instant share an entry, whatever they cost. An entry keeps the running sum of all costs
//! up to it instead of its own, so any span's total is one subtraction, and what is free now, or when
//! enough will have left, is found by halving the log instead of walking it.
//!
//! ```
//! use std::time::Duration;
//! use ratelimit_core::{Quota, Strategy, Timestamp, strategy::State};
//!
//! let at = |seconds: u64| Timestamp::from_nanos(seconds * 1_000_000_000);
//! let quota = Quota::new("2/minute".parse()?, Strategy::MovingWindow);
//! let mut state = State::new(Strategy::MovingWindow);
//!
//! state.charge(&quota, 1, at(0));
//! state.charge(&quota, 1, at(50));
//!
//! assert_eq!(state.decide(&quota, 1, at(50)).retry_after(), Some(Duration::from_secs(10)));
//! assert_eq!(state.decide(&quota, 2, at(50)).retry_after(), Some(Duration::from_mins(1)));
//! assert_eq!(state.decide(&quota, 0, at(60)).remaining(), 1);
//! # Ok::<(), ratelimit_core::ParseLimitError>(())
//! ```
//!
//! # Pitfalls
//! A counter takes 16 bytes for each instant it was hit at, so up to 16 bytes times the amount. For
//! amounts in the thousands and many clients take [`SlidingWindow`](super::SlidingWindow) or
//! [`TokenBucket`](super::TokenBucket).

mod log;

use self::log::Log;
use super::{arithmetic::until, standing::Standing};
use crate::{Decision, Quota, Receipt, Timestamp};

/// The log of a counter's hits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovingWindow {
    /// Most counters are few hits old or idle: the log is elsewhere, and absent while it would be empty.
    log: Option<Box<Log>>,
}

/// A log of hits as it was kept elsewhere: instants in order, and how much was taken at each. One that
/// is earlier than the one before it counts at that.
impl FromIterator<(Timestamp, u64)> for MovingWindow {
    fn from_iter<I: IntoIterator<Item = (Timestamp, u64)>>(hits: I) -> Self {
        let mut log = Log::default();
        for (at, cost) in hits {
            log.push(cost, at.as_nanos());
        }
        Self { log: (!log.is_empty()).then(|| Box::new(log)) }
    }
}

impl MovingWindow {
    /// The hits in the log, oldest first: instants and how much was taken at each. Some may have left
    /// the window already.
    pub fn hits(&self) -> impl Iterator<Item = (Timestamp, u64)> {
        let hits = self.log.iter().flat_map(|log| log.units());
        hits.map(|(at, units)| (Timestamp::from_nanos(at), units))
    }

    /// What asking for `cost` comes to; changes nothing.
    pub fn decide(&self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        View::new(self.log.as_deref(), quota, now.as_nanos()).decide(cost)
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment, and clears away what has left.
    pub fn charge(&mut self, quota: &Quota, cost: u64, now: Timestamp) {
        if cost > 0 {
            let log = self.log.get_or_insert_default();
            log.purge(quota.limit().window_nanos(), now.as_nanos());
            log.push(cost, now.as_nanos());
        }
    }

    /// Takes up to `cost` out of the entry it was charged to, if that is still in the log.
    pub fn refund(&mut self, quota: &Quota, cost: u64, receipt: Receipt, now: Timestamp) {
        if let Some(log) = &mut self.log {
            log.purge(quota.limit().window_nanos(), now.as_nanos());
            log.remove(cost, receipt.charged_at.as_nanos());
            if log.is_empty() {
                self.log = None;
            }
        }
    }

    /// When the newest hit leaves.
    #[must_use]
    pub fn expires_at(&self, quota: &Quota) -> Timestamp {
        let newest = self.log.as_ref().and_then(|log| log.newest());
        let leaves = |at: u64| at.saturating_add(quota.limit().window_nanos());
        Timestamp::from_nanos(newest.map_or(0, leaves))
    }
}

/// The log's live part, as one quota sees it now.
#[derive(Clone, Copy)]
struct View<'a> {
    log: Option<&'a Log>,
    /// How many of the log's units have left but are not cleared away.
    left: u64,
    /// How many of the log's units count.
    used: u64,
    /// Units taken since, which are not in the log.
    taken: u64,
    amount: u64,
    length: u64,
    now: u64,
}

impl<'a> View<'a> {
    fn new(log: Option<&'a Log>, quota: &Quota, now: u64) -> Self {
        let (amount, length) = (quota.limit().amount(), quota.limit().window_nanos());
        let left = log.map_or(0, |log| log.left(length, now));
        let used = log.map_or(0, Log::total) - left;
        Self { log, left, used, taken: 0, amount, length, now }
    }

    /// The newest hit that counts, if any does.
    fn newest(&self) -> Option<u64> {
        self.log.filter(|_| self.used > 0).and_then(Log::newest)
    }

    /// When a hit of now is entered: entries stay in order even if threads race.
    fn entry_time(&self) -> u64 {
        self.newest().map_or(self.now, |newest| newest.max(self.now))
    }
}

impl Standing for View<'_> {
    fn capacity(&self) -> u64 {
        self.amount
    }

    fn available(&self) -> u64 {
        self.amount.saturating_sub(self.used).saturating_sub(self.taken)
    }

    fn wait_for(&self, cost: u64) -> u64 {
        let spare = u128::from(self.amount.saturating_sub(cost));
        let surplus = (u128::from(self.used) + u128::from(self.taken)).saturating_sub(spare);
        // The oldest hits that make up the surplus have to leave; those just taken are the newest.
        let last = u64::try_from(surplus + u128::from(self.left))
            .ok()
            .and_then(|units| self.log?.time_of_unit(units))
            .unwrap_or_else(|| self.entry_time());
        until(u128::from(last) + u128::from(self.length), self.now)
    }

    fn charged(&self, cost: u64) -> Self {
        Self { taken: self.taken.saturating_add(cost), ..*self }
    }

    fn receipt(&self) -> Receipt {
        let newest = if self.taken > 0 { Some(self.entry_time()) } else { self.newest() };
        let full_at = newest.map_or(self.now, |newest| newest.saturating_add(self.length));
        Receipt {
            charged_at: Timestamp::from_nanos(self.entry_time()),
            full_at: Timestamp::from_nanos(full_at),
        }
    }
}

#[cfg(test)]
mod tests;
