//! How every strategy comes to its decision.

use std::time::Duration;

use crate::{Decision, Receipt};

/// A counter as one quota sees it at one moment.
///
/// A strategy is two functions of time, each the inverse of the other: how much is available, and how
/// long until so much is. Everything a [`Decision`] says follows from them.
pub(super) trait Standing: Sized {
    /// The most that can ever be available.
    fn capacity(&self) -> u64;

    /// How much can be taken now.
    fn available(&self) -> u64;

    /// The least wait until `cost` is available if nobody takes any. Asked only for a cost that is more
    /// than [`available`](Self::available) and at most [`capacity`](Self::capacity).
    fn wait_for(&self, cost: u64) -> Duration;

    /// The same counter once `cost`, which is available and not 0, is taken.
    fn charged(&self, cost: u64) -> Self;

    /// The receipt of the charge that led here.
    fn receipt(&self) -> Receipt;

    /// What asking for `cost` comes to.
    fn decide(&self, cost: u64) -> Decision {
        let (capacity, available) = (self.capacity(), self.available());
        // A capacity of 0 refuses always; otherwise nothing can be had even of an exhausted counter.
        if capacity == 0 || cost > available {
            let retry_after = (cost <= capacity && capacity > 0).then(|| self.wait_for(cost));
            return Decision::refuse(capacity, available, self.reset_after(), retry_after, self.receipt());
        }
        if cost == 0 {
            return Decision::allow(capacity, available, self.reset_after(), self.receipt());
        }
        let after = self.charged(cost);
        Decision::allow(capacity, available - cost, after.reset_after(), after.receipt())
    }

    /// How long until more is available than now; zero when that will not be.
    fn reset_after(&self) -> Duration {
        let available = self.available();
        if available < self.capacity() { self.wait_for(available + 1) } else { Duration::ZERO }
    }
}

/// How long after `now` a moment of `nanos` is. Moments past the end of time keep their true distance
/// while it fits.
pub(super) fn until(nanos: u128, now: u64) -> Duration {
    Duration::from_nanos(u64::try_from(nanos.saturating_sub(u128::from(now))).unwrap_or(u64::MAX))
}
