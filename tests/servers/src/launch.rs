//! Starting a server and waiting until it is the one that answers.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
};

use parking_lot::Mutex;

use crate::{
    Redis, RedisBuilder,
    builder::Role,
    process::{Process, is_installed},
    redis::Running,
    wait,
};

impl Redis {
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
}

/// How a start can end without a server.
enum Failed {
    /// Somebody else has its port.
    PortTaken,
    /// Anything else, as the server says it.
    Otherwise(String),
}
