//! Events, for `tracing` or else for `log`.
//!
//! What an operator has to know is an event where a subscriber takes it, and a line in the log where none
//! does: never both, though `tracing-log` may lead the lines to the same place as the events.

use std::time::Duration;

use ratelimit_core::StorageError;

use super::Outcome;
use crate::{OnError, Verdict};

/// An outage that is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outage {
    pub(crate) lasted: Duration,
    /// How many requests were handled without the storage.
    pub(crate) requests: u64,
}

pub(super) fn decided(verdict: &Verdict, outcome: Outcome) {
    #[cfg(feature = "tracing")]
    if traced::decided(verdict, outcome) {
        return;
    }
    if outcome == Outcome::ShadowRefused {
        let (tier, name, key) = (verdict.tier(), verdict.policy().name(), verdict.key());
        log::info!("ratelimit: {tier} limit `{name}`, in shadow, would have refused {key:?}");
    }
}

pub(super) fn storage_fails(error: &StorageError, on_error: OnError) {
    #[cfg(feature = "tracing")]
    if traced::storage_fails(error, on_error) {
        return;
    }
    log::error!(
        "ratelimit: the storage fails ({error}); until it answers again requests are handled by on_error = {on_error:?}"
    );
}

pub(super) fn storage_is_back(outage: Outage) {
    #[cfg(feature = "tracing")]
    if traced::storage_is_back(outage) {
        return;
    }
    let Outage { lasted, requests } = outage;
    log::info!(
        "ratelimit: the storage answers again after {lasted:.1?}; {requests} requests were handled without it"
    );
}

pub(super) fn refunds_lost() {
    #[cfg(feature = "tracing")]
    if traced::refunds_lost() {
        return;
    }
    log::warn!(
        "ratelimit: charges can't be given back while the storage fails; some clients will wait longer than they had to"
    );
}

#[cfg(feature = "tracing")]
pub(super) use self::traced::storage_span;

/// The events themselves. Each function answers whether a subscriber has taken the event.
#[cfg(feature = "tracing")]
mod traced {
    use tracing::{Level, Span};

    use super::{Duration, OnError, Outage, Outcome, StorageError, Verdict};

    /// One target for all, whichever module an event comes from: what users filter by.
    const TARGET: &str = "ratelimit";

    /// An event, if somebody takes it. Only then is anything computed for it.
    macro_rules! event {
        ($name:literal, $level:ident, { $($fields:tt)* }, $message:literal) => {{
            let taken = tracing::enabled!(target: TARGET, Level::$level);
            if taken {
                tracing::event!(name: $name, target: TARGET, Level::$level, $($fields)* $message);
            }
            taken
        }};
    }

    macro_rules! decision {
        ($name:literal, $level:ident, $verdict:ident, $outcome:ident, $message:literal) => {
            event!($name, $level, {
                policy = $verdict.policy().name(),
                tier = $verdict.tier().name(),
                outcome = $outcome.name(),
                limit = $verdict.decision().limit(),
                remaining = $verdict.decision().remaining(),
                reset_after_ms = millis($verdict.decision().reset_after()),
                retry_after_ms = retry_after($verdict).map(millis),
                // Its `Debug` is a hash under a secret of this process.
                key = $verdict.key().map(tracing::field::debug),
                shadow = $verdict.is_shadow(),
            }, $message)
        };
    }

    /// A refusal that holds is no news: who knocks on makes as many as he likes. One in shadow is what the
    /// shadow is there for.
    pub(super) fn decided(verdict: &Verdict, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Allowed => {
                decision!("ratelimit.allowed", TRACE, verdict, outcome, "allowed")
            }
            Outcome::Refused => {
                decision!("ratelimit.refused", DEBUG, verdict, outcome, "refused")
            }
            Outcome::ShadowRefused => {
                decision!("ratelimit.shadow_refused", INFO, verdict, outcome, "would have been refused")
            }
        }
    }

    pub(super) fn storage_fails(error: &StorageError, on_error: OnError) -> bool {
        event!(
            "ratelimit.storage_fails", WARN,
            { error = %error, on_error = ?on_error, },
            "the storage fails; until it answers again requests are handled by on_error"
        )
    }

    pub(super) fn storage_is_back(outage: Outage) -> bool {
        event!(
            "ratelimit.storage_is_back", INFO,
            { outage_ms = millis(outage.lasted), requests_without = outage.requests, },
            "the storage answers again"
        )
    }

    pub(super) fn refunds_lost() -> bool {
        event!(
            "ratelimit.refunds_lost",
            WARN,
            {},
            "charges can't be given back while the storage fails; some clients will wait longer than they had to"
        )
    }

    /// The span of a call of the storage.
    pub(in crate::observe) fn storage_span(operation: &'static str) -> Span {
        tracing::debug_span!(target: TARGET, "ratelimit.storage", operation)
    }

    /// How long to wait; `None` where there is nothing to wait for, or no use in waiting.
    fn retry_after(verdict: &Verdict) -> Option<Duration> {
        let decision = verdict.decision();
        decision.retry_after().filter(|_| !decision.is_allowed())
    }

    fn millis(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
    }
}
