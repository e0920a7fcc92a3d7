//! Waiting for a storage to be found back.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use ratelimit_actix::Limiter;

/// Longer than anything here can take on any machine; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until `limiter` asks its storage again.
///
/// # Panics
/// When it doesn't.
pub async fn back(limiter: &Limiter) {
    until("the storage is found back", || !limiter.storage_health().is_failing()).await;
}

/// Waits until `condition` holds.
///
/// # Panics
/// When it doesn't come to that.
pub async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "it never happened that {what}");
        sleep(Duration::from_millis(5)).await;
    }
}
