//! How every strategy comes to its decision.

use crate::{Decision, Receipt};

/// A counter as one quota sees it at one moment. Waits are in nanoseconds.
///
/// A strategy is two functions of time, each the inverse of the other: how much is available, and how
/// long until so much is. Everything a [`Decision`] says follows from them.
pub(super) trait Standing: Copy {
    /// The most that can ever be available.
    fn capacity(&self) -> u64;

    /// How much can be taken now.
    fn available(&self) -> u64;

    /// The least wait until `cost` is available if nobody takes any. Asked only for a cost that is more
    /// than [`available`](Self::available) and at most [`capacity`](Self::capacity).
    fn wait_for(&self, cost: u64) -> u64;

    /// The same counter once `cost`, which is available and not 0, is taken.
    fn charged(&self, cost: u64) -> Self;

    /// The receipt of the charge that led here.
    fn receipt(&self) -> Receipt;

    /// What asking for `cost` comes to, and how the counter stands then.
    #[inline]
    fn take(&self, cost: u64) -> (Decision, Self) {
        let (capacity, available) = (self.capacity(), self.available());
        // A capacity of 0 refuses always; otherwise nothing can be had even of an exhausted counter.
        if capacity == 0 || cost > available {
            let retry_after = (cost <= capacity && capacity > 0).then(|| self.wait_for(cost));
            let reset_after = self.reset_after(available);
            return (Decision::refused(capacity, available, reset_after, retry_after, self.receipt()), *self);
        }
        let (after, left) =
            if cost == 0 { (*self, available) } else { (self.charged(cost), available - cost) };
        (Decision::allowed(capacity, left, after.reset_after(left), after.receipt()), after)
    }

    /// What asking for `cost` comes to.
    #[inline]
    fn decide(&self, cost: u64) -> Decision {
        self.take(cost).0
    }

    /// How long until more is available than the `available` of now; zero when that will not be.
    #[inline]
    fn reset_after(&self, available: u64) -> u64 {
        if available < self.capacity() { self.wait_for(available + 1) } else { 0 }
    }
}
