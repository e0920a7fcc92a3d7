//! What requests meet when servers fail, and how soon all is well again.
//!
//! Each test adds a line to the table in `target/tmp/faults.md`: the fault, how many requests were sent,
//! answered, failed and given up by their callers, the longest wait, and how long after the fault's end
//! the last of them was not answered.

mod cluster;
mod connections;
mod memory;
mod migration;
mod pauses;
mod rights;
mod runtimes;
mod sentinel;
mod wire;

use std::time::{Duration, Instant};

/// Lets clients meet the fault for so long.
async fn persist(time: Duration) -> Instant {
    tokio::time::sleep(time).await;
    Instant::now()
}
