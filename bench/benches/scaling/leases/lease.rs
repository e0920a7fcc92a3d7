//! Units that were charged at once and are used one by one.

use std::time::Duration;

use ratelimit_core::{Decision, Limit, Quota, Receipt, Strategy, Timestamp, strategy::FixedWindow};

use super::terms::Ends;

pub struct Lease {
    /// All that was charged, in a window of the lease's own, which the core's strategy counts.
    quota: Quota,
    window: FixedWindow,
    receipt: Receipt,
    ends: Timestamp,
    last_used: Timestamp,
}

impl Lease {
    /// So many units of `limit`, of which one is used. `now` is when the storage was asked.
    pub fn new(limit: Limit, units: u64, decision: &Decision, ends: Ends, now: Timestamp) -> Self {
        let ends = match ends {
            // By the answer's two times and the moment before it was asked for: no clock but one's own matters, and
            // a lease ends early rather than late.
            Ends::WithCharge => now.plus(weighs(decision)),
            Ends::OnceRefilled => now.plus(refill_time(limit, units)),
            Ends::Never => Timestamp::from_nanos(u64::MAX),
        };
        let limit = Limit::new(units, limit.window()).expect("a limit's window");
        Self {
            quota: Quota::new(limit, Strategy::FixedWindow),
            window: FixedWindow::new(ends, 1),
            receipt: decision.receipt(),
            ends,
            last_used: now,
        }
    }

    /// Uses a unit, and tells until when it weighs in the storage; `None` if there is none, or none any more.
    pub fn take_one(&mut self, now: Timestamp) -> Option<Timestamp> {
        // After its end a window would begin anew.
        if now >= self.ends || !self.window.decide(&self.quota, 1, now).is_allowed() {
            return None;
        }
        self.window.charge(&self.quota, 1, now);
        self.last_used = now;
        Some(self.receipt.full_at)
    }

    /// What can still be used.
    pub fn left(&self, now: Timestamp) -> u64 {
        if now < self.ends { self.unused() } else { 0 }
    }

    /// What was not used, whether or not it still can be.
    pub fn unused(&self) -> u64 {
        self.window.decide(&self.quota, 0, self.last_used).remaining()
    }

    pub fn last_used(&self) -> Timestamp {
        self.last_used
    }

    pub fn receipt(&self) -> Receipt {
        self.receipt
    }
}

/// How long what was just charged weighs: to the window's end, or until the bucket is full again.
pub fn weighs(decision: &Decision) -> Duration {
    decision.receipt().full_at.since(decision.receipt().charged_at)
}

/// How long a bucket takes for so many units.
fn refill_time(limit: Limit, units: u64) -> Duration {
    let nanos = u128::from(units) * limit.window().as_nanos() / u128::from(limit.amount().max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
