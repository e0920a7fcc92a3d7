//! A worker's process, seen from the test that starts it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The variable of a worker's environment that says where to count.
pub const STORAGE_URI: &str = "WORKER_STORAGE_URI";

/// A running worker; it is killed when this is dropped, and ends by itself when the test's process does: its
/// standard input is closed then.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    address: SocketAddr,
    is_alive: Arc<AtomicBool>,
}

impl Worker {
    /// Starts `program`, which counts at `storage_uri`; returns when it listens.
    ///
    /// # Panics
    /// When it doesn't start.
    #[track_caller]
    pub fn start(program: &Path, storage_uri: &str) -> Self {
        let mut process = Command::new(program)
            .env(STORAGE_URI, storage_uri)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the worker is built with its tests");
        let mut address = String::new();
        let output = process.stdout.take().expect("piped");
        BufReader::new(output).read_line(&mut address).expect("an open pipe");
        let address = address.trim().parse().expect("a worker prints its address; its errors are above");
        Self { process, address, is_alive: Arc::new(AtomicBool::new(true)) }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it at once, by SIGKILL: whatever it was doing stays half done.
    pub fn kill(&mut self) {
        // First, so that nobody takes a connection that ends for a mistake.
        self.is_alive.store(false, Ordering::SeqCst);
        // An error says that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    pub(crate) fn is_alive(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_alive)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}
