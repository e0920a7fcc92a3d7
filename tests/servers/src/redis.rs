//! One server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

use crate::{
    RedisBuilder, Tls,
    builder::{Listeners, Role},
    process::Process,
};

/// A Redis server on free ports of 127.0.0.1, keeping nothing on disk. It ends when this is dropped.
///
/// The program is `redis-server`, or what the environment's `REDIS_SERVER` names, such as `valkey-server`.
///
/// ```
/// use ratelimit_test_servers::Redis;
///
/// let redis = Redis::builder().password("secret").max_memory("8mb", "noeviction").start();
/// assert_eq!(redis.uri(), format!("redis://:secret@127.0.0.1:{}", redis.port()));
/// redis.kill(); // … nobody answers on that port …
/// redis.restart(); // … until an empty server does.
/// ```
#[derive(Debug)]
pub struct Redis {
    // First, so that the process is gone when its folder goes.
    pub(crate) process: Mutex<Option<Running>>,
    pub(crate) role: Role,
    pub(crate) password: Option<String>,
    pub(crate) listeners: Listeners,
    pub(crate) folder: TempDir,
}

#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) process: Process,
    pub(crate) paused: bool,
}

impl Redis {
    /// Starts a server with default settings.
    ///
    /// # Panics
    /// When it can't be started; the message holds what it printed.
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Begins the settings of a server.
    pub fn builder() -> RedisBuilder {
        RedisBuilder::default()
    }

    /// The port without TLS.
    pub fn port(&self) -> u16 {
        self.listeners.port.number()
    }

    /// `redis://…` for the default user, with its password if it has one.
    pub fn uri(&self) -> String {
        self.uri_at(self.port())
    }

    /// [`uri`](Self::uri) by way of another port, such as a [`DelayingProxy`](crate::DelayingProxy)'s.
    pub fn uri_at(&self, port: u16) -> String {
        format!("redis://{}127.0.0.1:{port}", self.userinfo())
    }

    /// `rediss://…`, otherwise as [`uri`](Self::uri).
    ///
    /// # Panics
    /// When the server was started without TLS.
    #[track_caller]
    pub fn tls_uri(&self) -> String {
        format!("rediss://{}127.0.0.1:{}", self.userinfo(), self.tls().port())
    }

    /// The encrypted side of a server started with [`RedisBuilder::tls`].
    ///
    /// # Panics
    /// When the server was started without.
    #[track_caller]
    pub fn tls(&self) -> &Tls {
        self.listeners.tls.as_ref().expect("a server started with `.tls()`")
    }

    /// The socket of a server started with [`RedisBuilder::unix_socket`].
    ///
    /// # Panics
    /// When the server was started without.
    #[track_caller]
    pub fn unix_path(&self) -> &Path {
        self.listeners.unix.as_ref().expect("a server started with `.unix_socket()`")
    }

    /// The process's number while the server runs.
    pub fn process_id(&self) -> Option<u32> {
        self.process.lock().as_ref().map(|running| running.process.id())
    }

    /// Whether it runs and isn't paused.
    pub fn is_answering(&self) -> bool {
        self.process.lock().as_ref().is_some_and(|running| !running.paused)
    }

    /// Kills it at once, as a crash would; its ports remain reserved. Does nothing when it is dead.
    pub fn kill(&self) {
        drop(self.process.lock().take());
    }

    /// Stops it where it stands: connections remain and new ones can be made, but nothing is answered.
    ///
    /// # Panics
    /// When it doesn't run.
    #[track_caller]
    pub fn pause(&self) {
        let mut process = self.process.lock();
        let running = process.as_mut().expect("a server that runs");
        running.process.pause().expect("our own process can be paused");
        running.paused = true;
    }

    /// Lets it go on after [`pause`](Self::pause).
    ///
    /// # Panics
    /// When it doesn't run.
    #[track_caller]
    pub fn resume(&self) {
        let mut process = self.process.lock();
        let running = process.as_mut().expect("a server that runs");
        running.process.resume().expect("our own process can be resumed");
        running.paused = false;
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The cluster's bus.
    pub(crate) fn bus_port(&self) -> u16 {
        self.listeners.bus.as_ref().map_or(0, crate::port::Port::number)
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// `:password@`, as far as there is one.
    fn userinfo(&self) -> String {
        let encoded = |password: &String| format!(":{}@", utf8_percent_encode(password, NON_ALPHANUMERIC));
        self.password.as_ref().map(encoded).unwrap_or_default()
    }
}
