//! A single server.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::net::UnixStream,
    thread,
    time::Duration,
};

use ratelimit_test_servers::Redis;

#[test]
fn a_server_keeps_nothing_over_a_restart_and_comes_back_on_its_port() {
    let redis = Redis::start();
    let (port, process) = (redis.port(), redis.process_id());
    redis.command(&["SET", "key", "value"]);
    assert_eq!(redis.query::<u64, _>(&["DBSIZE"]), 1);
    redis.restart();
    assert_eq!(redis.port(), port);
    assert_ne!(redis.process_id(), process);
    assert_eq!(redis.query::<u64, _>(&["DBSIZE"]), 0);
}

#[test]
fn a_killed_server_refuses_connections_until_it_is_started_again() {
    let redis = Redis::start();
    redis.kill();
    assert!(!redis.is_answering());
    assert!(TcpStream::connect(("127.0.0.1", redis.port())).is_err());
    redis.restart();
    assert!(redis.is_answering());
    assert_eq!(ask_over_tcp(&redis, "PING"), "+PONG\r\n");
}

#[test]
fn a_paused_server_takes_connections_but_answers_after_it_is_resumed() {
    let redis = Redis::start();
    redis.pause();
    let mut connection = TcpStream::connect(("127.0.0.1", redis.port())).expect("the kernel accepts");
    connection.write_all(b"PING\r\n").expect("the kernel takes it");
    connection.set_read_timeout(Some(Duration::from_millis(100))).expect("a valid time");
    let mut answer = [0; 7];
    connection.read_exact(&mut answer).expect_err("nobody there");
    redis.resume();
    connection.set_read_timeout(None).expect("a valid time");
    connection.read_exact(&mut answer).expect("somebody there");
    assert_eq!(&answer, b"+PONG\r\n");
}

#[test]
fn clients_need_the_password_and_the_uri_has_it() {
    let redis = Redis::builder().password("p@ss/word").start();
    assert_eq!(redis.uri(), format!("redis://:p%40ss%2Fword@127.0.0.1:{}", redis.port()));
    assert!(ask_over_tcp(&redis, "PING").starts_with("-NOAUTH"));
    assert_eq!(ask_over_tcp(&redis, "AUTH p@ss/word"), "+OK\r\n");
}

#[test]
fn users_are_what_their_rules_say_and_the_administrator_stays() {
    let redis = Redis::builder().user("default off").user("alice on >secret ~rl:* +get").start();
    assert!(ask_over_tcp(&redis, "PING").starts_with("-NOAUTH"));
    assert!(ask_over_tcp(&redis, "AUTH alice secret\r\nGET other").contains("-NOPERM"));
    assert!(ask_over_tcp(&redis, "AUTH alice secret\r\nGET rl:1").ends_with("$-1\r\n"));
    assert_eq!(redis.query::<String, _>(&["PING"]), "PONG");
}

#[test]
fn memory_is_bounded_as_said() {
    let redis = Redis::builder().max_memory("2mb", "noeviction").start();
    assert_eq!(redis.info("maxmemory").as_deref(), Some("2097152"));
    let value = "x".repeat(3 << 20);
    let error =
        redis.try_command(&["SET", "key", &value]).and_then(|_| redis.try_command(&["SET", "key", "x"]));
    assert!(error.expect_err("out of memory").to_string().contains("OOM"));
}

#[test]
fn configuration_lines_are_heeded() {
    let redis = Redis::builder().config("databases 3").start();
    let (_, databases): (String, u32) = redis.query(&["CONFIG", "GET", "databases"]);
    assert_eq!(databases, 3);
}

#[test]
#[should_panic(expected = "nonsense")]
fn a_server_that_does_not_start_says_why() {
    Redis::builder().config("nonsense yes").start();
}

#[test]
fn a_unix_socket_answers() {
    let redis = Redis::builder().unix_socket().start();
    let mut connection = UnixStream::connect(redis.unix_path()).expect("a socket");
    connection.write_all(b"PING\r\n").expect("an open connection");
    let mut answer = [0; 7];
    connection.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"+PONG\r\n");
}

#[test]
fn a_replica_has_its_masters_data_also_behind_a_password() {
    let master = Redis::builder().password("secret").start();
    master.command(&["SET", "key", "value"]);
    let replica = Redis::builder().password("secret").replica_of(&master).start();
    assert_eq!(replica.info("role").as_deref(), Some("slave"));
    assert_eq!(replica.query::<String, _>(&["GET", "key"]), "value");
}

#[test]
fn many_servers_start_at_once() {
    let start = || Redis::start().query::<String, _>(&["PING"]);
    let threads: Vec<_> = (0..20).map(|_| thread::spawn(start)).collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic"), "PONG");
    }
}

/// All that `redis` replies to `lines`.
fn ask_over_tcp(redis: &Redis, lines: &str) -> String {
    let mut connection = TcpStream::connect(("127.0.0.1", redis.port())).expect("a running server");
    connection.write_all(format!("{lines}\r\n").as_bytes()).expect("an open connection");
    // The server answers and sees that no more will come.
    connection.shutdown(Shutdown::Write).expect("an open connection");
    let mut replies = String::new();
    connection.read_to_string(&mut replies).expect("text");
    replies
}
