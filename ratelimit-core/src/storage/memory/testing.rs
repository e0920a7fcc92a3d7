//! What the unit tests of this folder share.

use crate::{Limit, Policy, Quota, Strategy, Timestamp};

/// A fixed window of the limit written so.
pub(super) fn policy(limit: &str) -> Policy {
    let limit: Limit = limit.parse().expect("a limit");
    Policy::new(Quota::new(limit, Strategy::FixedWindow), "test", ["counter"])
}

pub(super) fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}
