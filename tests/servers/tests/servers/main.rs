//! Each kind of server starts, answers, can be disturbed, and ends.

mod cluster;
mod endings;
mod proxy;
mod redis;
mod sentinel;
mod tls;

use std::fs;

/// Whether a process of this number runs. One that nobody has reaped yet has no command line any more.
fn is_alive(process: u32) -> bool {
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| !line.is_empty())
}
