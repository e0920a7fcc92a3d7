//! A hit that can be given back.

use ratelimit_core::{Acquisition, Decision, Key, Policy, Receipt, Refund};

use crate::{Limiter, enforcement::Source};

/// A hit that can be given back, for a job that turns out not to be done: see
/// [`ManualLimit::reserve`](super::ManualLimit::reserve).
///
/// Dropped, it stays counted.
#[derive(Debug)]
#[must_use = "its decision says whether to go on"]
pub struct Reservation {
    pub(super) limiter: Limiter,
    pub(super) key: Key,
    pub(super) cost: u64,
    pub(super) decision: Decision,
    /// Which storage made the charges; `None` if there are none.
    pub(super) source: Option<Source>,
    pub(super) charged: Vec<(Policy, Receipt)>,
}

impl Reservation {
    /// What [`hit`](super::ManualLimit::hit) would have answered.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Whether the limits allow it.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.decision.is_allowed()
    }

    /// Gives back what was taken, to all the limits. Nothing was taken by a hit that was refused.
    ///
    /// What was taken from a window that is over is not given to the next one. While the storage fails
    /// the charge stays: the key waits longer than it had to, and nobody gains by it.
    pub async fn give_back(self) {
        let Some(source) = self.source else { return };
        let refunds: Vec<_> = self
            .charged
            .iter()
            .map(|(policy, receipt)| Refund {
                acquisition: Acquisition { policy, key: &self.key, cost: self.cost },
                receipt: *receipt,
            })
            .collect();
        if !refunds.is_empty() {
            self.limiter.storage().refund(source, &refunds).await;
        }
    }
}
