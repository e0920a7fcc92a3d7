//! Each kind of server starts, answers, can be disturbed, and ends.

mod cluster;
mod endings;
mod proxy;
mod redis;
mod sentinel;
mod tls;

use std::path::Path;

/// Whether a process of this number exists.
fn is_alive(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}
