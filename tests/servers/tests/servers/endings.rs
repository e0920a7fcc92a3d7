//! Nothing is left behind.

use std::{
    env,
    io::{BufRead, BufReader, Write, stderr},
    panic,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use ratelimit_test_servers::{Cluster, Redis, Sentinels};

use crate::is_alive;

#[test]
fn a_dropped_server_is_gone() {
    let redis = Redis::start();
    let process = redis.process_id().expect("a running server");
    assert!(is_alive(process));
    drop(redis);
    assert!(!is_alive(process));
}

#[test]
fn a_paused_server_ends_too() {
    let redis = Redis::start();
    let process = redis.process_id().expect("a running server");
    redis.pause();
    drop(redis);
    assert!(!is_alive(process));
}

#[test]
fn a_panic_takes_the_server_along() {
    let mut process = None;
    let panicked = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let redis = Redis::start();
        process = redis.process_id();
        panic!("a test fails");
    }));
    assert!(panicked.is_err());
    assert!(!is_alive(process.expect("a running server")));
}

#[test]
fn all_of_a_group_end() {
    let (sentinels, cluster) = (Sentinels::start(), Cluster::start());
    let all = sentinels.sentinels().iter().chain(sentinels.servers()).chain(cluster.nodes());
    let processes: Vec<_> = all.map(|server| server.process_id().expect("a running server")).collect();
    assert_eq!(processes.len(), 3 + 2 + 3);
    drop((sentinels, cluster));
    assert!(!processes.into_iter().any(is_alive));
}

#[test]
fn a_server_outlives_the_thread_that_started_it() {
    let redis = thread::spawn(Redis::start).join().expect("no panic");
    assert_eq!(redis.query::<String, _>(&["PING"]), "PONG");
}

/// Runs itself once more as a process that only starts a server, and kills that.
#[test]
fn a_killed_test_takes_the_server_along() {
    const CHILD: &str = "RATELIMIT_TEST_SERVERS_CHILD";
    if env::var_os(CHILD).is_some() {
        let redis = Redis::start();
        let process = redis.process_id().expect("a running server");
        writeln!(stderr(), "process {process}").expect("a parent that listens");
        loop {
            thread::sleep(Duration::from_secs(1));
        }
    }
    // Takes the folder that the killed process can't remove.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(env::current_exe().expect("a test"))
        .args(["--exact", "endings::a_killed_test_takes_the_server_along", "--nocapture"])
        .env(CHILD, "1")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a test runs");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
    let process = lines.find_map(|line| line.strip_prefix("process ")?.parse().ok());
    child.kill().expect("a running child");
    child.wait().expect("a killed child");
    let process = process.expect("a server was started");
    while is_alive(process) {
        thread::sleep(Duration::from_millis(5));
    }
}
