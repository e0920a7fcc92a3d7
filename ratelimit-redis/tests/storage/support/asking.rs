//! Waiting for what takes its time.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// The longest anything may take here on a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `probe` until it holds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut probe: impl FnMut() -> F) {
    let start = Instant::now();
    while !probe().await {
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}
