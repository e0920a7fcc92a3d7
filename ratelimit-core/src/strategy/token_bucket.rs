//! Not written yet: counts nothing.

use super::FixedWindow;
use crate::{Decision, Quota, Receipt, Timestamp};

/// A counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenBucket;

impl TokenBucket {
    /// What asking for `cost` comes to; changes nothing.
    pub fn decide(&self, quota: &Quota, cost: u64, now: Timestamp) -> Decision {
        FixedWindow::default().decide(quota, cost, now)
    }

    /// Takes what [`decide`](Self::decide) allowed at the same moment.
    pub fn charge(&mut self, _quota: &Quota, _cost: u64, _now: Timestamp) {}

    /// Gives a charge back.
    pub fn refund(&mut self, _quota: &Quota, _cost: u64, _receipt: Receipt, _now: Timestamp) {}

    /// From when on it equals an untouched one.
    #[must_use]
    pub fn expires_at(&self, _quota: &Quota) -> Timestamp {
        Timestamp::default()
    }
}
