//! One server.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

use crate::{
    RedisBuilder, Tls,
    builder::{Listeners, Role},
    process::{Process, is_installed},
    wait,
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
    process: Mutex<Option<Running>>,
    role: Role,
    password: Option<String>,
    listeners: Listeners,
    folder: TempDir,
}

#[derive(Debug)]
struct Running {
    process: Process,
    paused: bool,
}

/// How a start can end without a server.
enum Failed {
    /// Somebody else has its port.
    PortTaken,
    /// Anything else, as the server says it.
    Otherwise(String),
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

    /// Kills it if it runs, and starts it again on the same ports, without data. Sentinels and nodes of a cluster
    /// come back as what they were.
    ///
    /// # Panics
    /// When it can't be started; the message holds what it printed.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        wait::until("a server's port to be free again", || match self.launch() {
            Ok(()) => Some(()),
            Err(Failed::PortTaken) => None,
            Err(Failed::Otherwise(why)) => panic!("the Redis server didn't start again: {why}"),
        });
        self.wait_until_ready();
    }

    /// Waits until it answers; a replica, until it has its master's data.
    #[track_caller]
    pub fn wait_until_ready(&self) {
        wait::until("a server to answer", || self.info("process_id"));
        if self.info("role").as_deref() == Some("slave") {
            wait::until("a replica's data", || {
                self.info("master_link_status").filter(|status| status == "up")
            });
        }
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn started_from(builder: &RedisBuilder) -> Self {
        loop {
            let folder =
                tempfile::Builder::new().prefix("ratelimit-redis-").tempdir().expect("a temporary folder");
            let listeners = builder.listeners(folder.path());
            let file = builder.config_file(folder.path(), &listeners);
            fs::write(folder.path().join("redis.conf"), file).expect("the temporary folder is ours");
            let (role, password) = (builder.role, builder.password.clone());
            let server = Self { process: Mutex::new(None), role, password, listeners, folder };
            match server.launch() {
                Ok(()) => {
                    server.wait_until_ready();
                    return server;
                }
                Err(Failed::PortTaken) => {}
                Err(Failed::Otherwise(why)) => panic!("no Redis server could be started: {why}"),
            }
        }
    }

    /// The cluster's bus.
    pub(crate) fn bus_port(&self) -> u16 {
        self.listeners.bus.as_ref().map_or(0, crate::port::Port::number)
    }

    /// Starts the process and waits until it answers for the first time.
    fn launch(&self) -> Result<(), Failed> {
        let program = env::var_os("REDIS_SERVER").unwrap_or_else(|| OsString::from("redis-server"));
        if !is_installed(&program) {
            let missing = format!("{} is not installed; `scripts/test` installs Redis", program.display());
            return Err(Failed::Otherwise(missing));
        }
        let config = self.folder.path().join("redis.conf");
        let mut arguments = vec![config.as_os_str()];
        if self.role == Role::Sentinel {
            arguments.push(OsStr::new("--sentinel"));
        }
        let printed_before = self.log().len();
        let mut process = Process::start(&program, &arguments, &self.log_path())
            .map_err(|error| Failed::Otherwise(error.to_string()))?;

        // It must be ours who answers: somebody else may have been faster to take the port.
        let id = process.id().to_string();
        let answered = wait::until("a server to start", || {
            if process.has_ended() {
                return Some(false);
            }
            (self.info("process_id")? == id).then_some(true)
        });
        if answered {
            *self.process.lock() = Some(Running { process, paused: false });
            return Ok(());
        }
        let log = self.log();
        let printed = log.get(printed_before..).unwrap_or_default();
        if printed.contains("Address already in use") {
            return Err(Failed::PortTaken);
        }
        Err(Failed::Otherwise(printed.to_owned()))
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// `:password@`, as far as there is one.
    fn userinfo(&self) -> String {
        let encoded = |password: &String| format!(":{}@", utf8_percent_encode(password, NON_ALPHANUMERIC));
        self.password.as_ref().map(encoded).unwrap_or_default()
    }
}
