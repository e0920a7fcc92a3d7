//! Asking as the Actix layer does: nobody waits for longer than the deadline.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use ratelimit_core::{Key, Policy, RateLimiter, StorageError};
use tokio::time::{sleep, timeout};

/// How long the Actix layer waits by default.
const DEADLINE: Duration = Duration::from_millis(250);

/// The longest anything may take here on a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of a request.
#[derive(Debug)]
pub(crate) enum Asked {
    Allowed,
    Refused,
    Failed(StorageError),
    /// There was no answer by the deadline.
    Late,
}

impl Asked {
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self, Self::Allowed | Self::Refused)
    }
}

/// Asks for one of the policy.
pub(crate) async fn ask(limiter: &RateLimiter, policy: &Policy, key: &Key) -> Asked {
    match timeout(DEADLINE, limiter.hit(policy, key, 1)).await {
        Ok(Ok(decision)) if decision.is_allowed() => Asked::Allowed,
        Ok(Ok(_)) => Asked::Refused,
        Ok(Err(error)) => Asked::Failed(error),
        Err(_) => Asked::Late,
    }
}

/// Asks `probe` until it holds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut probe: impl FnMut() -> F) {
    let start = Instant::now();
    while !probe().await {
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
