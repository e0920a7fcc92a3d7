//! Limit strings, strategies and storages: the core of the ratelimit family.
//!
//! It knows no web framework, no database and no async runtime. For Actix Web use `ratelimit-actix`; to
//! write a storage, or to limit something else, read on.
//!
//! ```
//! use ratelimit_core::{Key, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
//!
//! let limiter = RateLimiter::new(MemoryStorage::new());
//! // Three a minute, counted under a name of its own …
//! let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "shop", ["login"]);
//! // … for each of whom it is asked for.
//! let alice = Key::from("alice");
//!
//! # use futures_util::FutureExt;
//! # (async {
//! for left in [2, 1, 0] {
//!     assert_eq!(limiter.hit(&policy, &alice, 1).await?.remaining(), left);
//! }
//! let refused = limiter.hit(&policy, &alice, 1).await?;
//! assert!(!refused.is_allowed());
//! assert!(refused.retry_after() <= Some(std::time::Duration::from_mins(1)));
//! # Ok::<(), ratelimit_core::StorageError>(())
//! # }).now_or_never().expect("memory answers at once")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The words
//! | word | meaning |
//! |---|---|
//! | [`Limit`] | an amount in a window: `5 per 10 minute` |
//! | [`Quota`] | a limit and the [`Strategy`] it is counted by |
//! | [`Policy`] | a quota with an identity: which counters it uses, and the name it reports under |
//! | [`Key`] | whom a counter counts |
//! | [`Batch`] | the counters one request charges, all or none |
//! | [`Storage`] | where counters live; [`MemoryStorage`] is one |
//! | [`Decision`] | what a limit says to a request |
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `storage` (default) | counters: [`Storage`], [`MemoryStorage`], [`RateLimiter`] and what they need. Without it there are only limits, quotas and strategies |
//! | `test-util` | `ManualClock`, and `storage::conformance`: the suite that every storage runs |

// Much of the crate is there for counters.
#![cfg_attr(not(feature = "storage"), allow(dead_code, rustdoc::broken_intra_doc_links))]

#[cfg(feature = "storage")]
pub mod storage;
pub mod strategy;
pub mod suggest;

mod clock;
mod decision;
#[cfg(feature = "storage")]
mod fingerprint;
#[cfg(feature = "storage")]
mod key;
mod limit;
#[cfg(feature = "storage")]
mod limiter;
#[cfg(feature = "storage")]
mod policy;
mod quota;

#[cfg(feature = "test-util")]
pub use self::clock::ManualClock;
pub use self::{
    clock::{Clock, SystemClock, Timestamp},
    decision::{Decision, Receipt},
    limit::{Limit, LimitSet, ParseLimitError, WindowError},
    quota::{Quota, QuotaError},
    strategy::{ParseStrategyError, Strategy},
};
#[cfg(feature = "storage")]
pub use self::{
    key::Key,
    limiter::RateLimiter,
    policy::Policy,
    storage::{Acquisition, Batch, Decisions, MemoryStorage, Refund, Reply, Reset, Storage, StorageError},
};
