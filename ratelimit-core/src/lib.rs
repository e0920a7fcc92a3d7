//! Limit strings, strategies and storages: the core of the ratelimit family.

pub mod storage;
pub mod strategy;
pub mod suggest;

mod clock;
mod decision;
mod fingerprint;
mod key;
mod limit;
mod limiter;
mod policy;
mod quota;

#[cfg(feature = "test-util")]
pub use self::clock::ManualClock;
pub use self::{
    clock::{Clock, SystemClock, Timestamp},
    decision::{Decision, Receipt},
    key::Key,
    limit::{Limit, LimitSet, ParseLimitError, WindowError},
    limiter::RateLimiter,
    policy::Policy,
    quota::{Quota, QuotaError},
    storage::{Acquisition, Batch, Decisions, MemoryStorage, Refund, Reply, Reset, Storage, StorageError},
    strategy::Strategy,
};
