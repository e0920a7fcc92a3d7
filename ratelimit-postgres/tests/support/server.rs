//! One server: made in a folder that goes with it.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::{Child, Stdio},
    sync::Mutex,
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    binaries::{give, program},
    process::signal,
};

/// How long a server may take to start, on a busy machine.
const START: Duration = Duration::from_mins(1);

/// How long it may take to stop.
const STOP: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    folder: TempDir,
    port: u16,
    postmaster: Mutex<Child>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("ratelimit-postgres-").tempdir().expect("a folder");
        give(folder.path());
        let made = program("initdb")
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["--auth=trust", "--username=admin", "--no-sync", "--encoding=UTF8", "--no-locale"])
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        // A role `guarded` has to say its password, all others needn't.
        let rules = "host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n";
        fs::write(folder.path().join("data/pg_hba.conf"), rules).expect("the folder can be written");

        let port = free_port();
        let postmaster = Mutex::new(spawn(&folder, port));
        let server = Self { folder, port, postmaster };
        server.await_start().unwrap_or_else(|log| panic!("postgres did not start: {log}"));
        server
    }

    pub(crate) fn address(&self, database: &str) -> String {
        self.address_of("admin", database)
    }

    pub(crate) fn address_of(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&self) {
        let mut postmaster = self.postmaster.lock().expect("no test panicked here");
        signal(postmaster.id(), "KILL");
        postmaster.wait().expect("it was ours");
    }

    /// Starts it again. While a child of the killed one is still ending, a new one refuses to.
    pub(crate) fn restart(&self) {
        let deadline = Instant::now() + START;
        loop {
            *self.postmaster.lock().expect("no test panicked here") = spawn(&self.folder, self.port);
            match self.await_start() {
                Ok(()) => return,
                Err(log) => assert!(Instant::now() < deadline, "postgres did not start again: {log}"),
            }
            sleep(Duration::from_millis(100));
        }
    }

    /// Stops all of it where it stands.
    pub(crate) fn pause(&self) {
        signal(self.postmaster.lock().expect("no test panicked here").id(), "STOP");
    }

    pub(crate) fn resume(&self) {
        signal(self.postmaster.lock().expect("no test panicked here").id(), "CONT");
    }

    /// Waits until it takes connections. An error is what it logged instead.
    fn await_start(&self) -> Result<(), String> {
        let deadline = Instant::now() + START;
        while !self.is_ready() {
            let ended = self.postmaster.lock().expect("no test panicked here").try_wait();
            if ended.expect("it is ours").is_some() || Instant::now() > deadline {
                return Err(fs::read_to_string(self.folder.path().join("log")).unwrap_or_default());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// The server writes into its lock file who it is, and later that it takes connections. One that was
    /// killed leaves its own behind.
    fn is_ready(&self) -> bool {
        let ours = self.postmaster.lock().expect("no test panicked here").id().to_string();
        let lock = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        let mut lines = lock.lines().map(str::trim);
        lines.next() == Some(&ours) && lines.nth(6) == Some("ready")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let postmaster = self.postmaster.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        signal(postmaster.id(), "CONT");
        signal(postmaster.id(), "QUIT"); // at once, but with its shared memory cleared away
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if !matches!(postmaster.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(10));
        }
        signal(postmaster.id(), "KILL");
        drop(postmaster.wait());
    }
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    let path = folder.path();
    let log = fs::OpenOptions::new().create(true).append(true).open(path.join("log")).expect("a log");
    let settings = [
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", path.display()),
        "fsync=off".to_owned(),
        "max_connections=60".to_owned(),
        "shared_buffers=32MB".to_owned(),
    ];
    program("postgres")
        .arg("-D")
        .arg(path.join("data"))
        .args(["-p", &port.to_string()])
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .spawn()
        .expect("postgres runs")
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}
