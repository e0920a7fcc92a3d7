//! What can be seen from outside: metrics, by the feature `metrics`, and events and spans, by `tracing`.
//!
//! A function for each thing that happens, called where it happens. Without the features they log what an
//! operator has to know, or come to nothing. `docs/observability.md` has all names; a test compares.
//!
//! No key gets out of here but as its hash, and none at all into a label: a key is often a secret, and
//! whoever makes up keys must not make up time series.

mod call;
mod events;
#[cfg(feature = "metrics")]
mod metrics;

use ratelimit_core::StorageError;

pub(crate) use self::call::{Call, Operation};
pub(crate) use self::events::Outage;
#[cfg(feature = "metrics")]
pub(crate) use self::metrics::DecisionKeys;
use crate::{OnError, Verdict};

/// What came of a limit's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Allowed,
    Refused,
    /// It would have been refused, had the limit not only looked on.
    ShadowRefused,
}

impl Outcome {
    /// The name in labels and fields.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::ShadowRefused => "shadow_refused",
        }
    }
}

/// What came of a request, over all its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    Allowed,
    Refused,
    /// The storage failed, and the request was turned away for it.
    Unavailable,
    /// The limiter was off, or a filter let the request pass unseen.
    Filtered,
}

/// A worker has begun to limit.
pub(crate) fn started() {
    #[cfg(feature = "metrics")]
    metrics::announce();
}

/// A limit has decided; in `shadow` it refuses nobody.
pub(crate) fn decided(verdict: &Verdict, shadow: bool) {
    let outcome = match (verdict.decision().is_allowed(), shadow) {
        (true, _) => Outcome::Allowed,
        (false, true) => Outcome::ShadowRefused,
        (false, false) => Outcome::Refused,
    };
    #[cfg(feature = "metrics")]
    metrics::decided(verdict, outcome);
    events::decided(verdict, outcome);
}

/// A request has been answered.
pub(crate) fn answered(answered: impl FnOnce() -> Answered) {
    #[cfg(feature = "metrics")]
    metrics::answered(answered());
    let _ = answered;
}

/// A call of the storage has failed.
pub(crate) fn call_failed() {
    #[cfg(feature = "metrics")]
    metrics::call_failed();
}

/// An outage has begun.
pub(crate) fn storage_fails(error: &StorageError, on_error: OnError) {
    #[cfg(feature = "metrics")]
    metrics::outage_begins();
    events::storage_fails(error, on_error);
}

/// An outage is over.
pub(crate) fn storage_is_back(outage: Outage) {
    #[cfg(feature = "metrics")]
    metrics::outage_ends();
    events::storage_is_back(outage);
}

/// A limiter is gone while its storage failed.
pub(crate) fn failing_storage_is_dropped() {
    #[cfg(feature = "metrics")]
    metrics::outage_ends();
}

/// A request is handled without the storage.
pub(crate) fn request_without_storage() {
    #[cfg(feature = "metrics")]
    metrics::request_without_storage();
}

/// Charges could not be given back.
pub(crate) fn refunds_lost(count: usize) {
    #[cfg(feature = "metrics")]
    metrics::refunds_lost(count as u64);
    let _ = count;
}

/// The same, for the first time in an outage.
pub(crate) fn first_refunds_lost() {
    events::refunds_lost();
}
