//! A wire that can be made slow, or broken.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use ratelimit_test_servers::{DelayingProxy, Flow, Redis};

#[test]
fn answers_pass_and_are_late_as_said_in_each_direction() {
    let (_redis, proxy) = start();
    let mut connection = connect(&proxy);
    assert_answers(&mut connection);
    for slow in [DelayingProxy::to_server, DelayingProxy::to_client] {
        slow(&proxy, Flow::Delay(Duration::from_millis(50)));
        let asked = Instant::now();
        assert_answers(&mut connection);
        assert!(asked.elapsed() >= Duration::from_millis(50));
    }
}

#[test]
fn a_stalled_wire_takes_connections_and_delivers_in_the_end() {
    let (_redis, proxy) = start();
    proxy.both(Flow::Stall);
    let mut connection = connect(&proxy);
    ping(&mut connection);
    assert_silent(&mut connection);
    proxy.both(Flow::Pass);
    assert_eq!(read(&mut connection).expect("an answer"), *b"+PONG\r\n");
}

#[test]
fn a_swallowed_answer_is_lost_but_the_server_has_worked() {
    let (redis, proxy) = start();
    proxy.to_client(Flow::Swallow);
    let mut connection = connect(&proxy);
    connection.write_all(b"INCR key\r\n").expect("an open connection");
    while redis.query::<Option<u32>, _>(&["GET", "key"]) != Some(1) {
        thread::sleep(Duration::from_millis(5));
    }
    ping(&mut connection);
    assert_silent(&mut connection);
    proxy.to_client(Flow::Pass);
    // Only what is sent now arrives.
    assert_answers(&mut connection);
}

#[test]
fn a_cut_ends_connections_and_new_ones_can_be_made() {
    let (_redis, proxy) = start();
    for flow in [Flow::Pass, Flow::Stall, Flow::Delay(Duration::from_hours(1))] {
        proxy.both(Flow::Pass);
        let mut connection = connect(&proxy);
        assert_answers(&mut connection);
        proxy.both(flow);
        connection.write_all(b"PING\r\n").expect("an open connection");
        proxy.cut();
        while read(&mut connection).is_ok() {} // what had arrived before
        while proxy.connections() > 0 {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_refusing_wire_refuses_new_connections_only() {
    let (_redis, proxy) = start();
    let mut connection = connect(&proxy);
    assert_answers(&mut connection);
    proxy.refuse();
    assert_eq!(
        TcpStream::connect(proxy.address()).expect_err("refused").kind(),
        ErrorKind::ConnectionRefused
    );
    assert_answers(&mut connection);
    proxy.accept();
    assert_answers(&mut connect(&proxy));
}

#[test]
fn a_client_sees_the_server_die_and_the_server_sees_the_client_go() {
    let (redis, proxy) = start();
    let mut connection = connect(&proxy);
    assert_answers(&mut connection);
    drop(connection);
    while proxy.connections() > 0 {
        thread::sleep(Duration::from_millis(5));
    }
    let mut connection = connect(&proxy);
    assert_answers(&mut connection);
    redis.kill();
    read(&mut connection).expect_err("the connection ends");
}

#[test]
fn new_connections_are_led_elsewhere_when_told_so() {
    let (redis, proxy) = start();
    let other = Redis::start();
    let mut connection = connect(&proxy);
    assert_answers(&mut connection);
    proxy.lead_to(other.port());
    assert_answers(&mut connection);
    let mut elsewhere = connect(&proxy);
    redis.kill();
    read(&mut connection).expect_err("it was to that server");
    assert_answers(&mut elsewhere);
}

fn start() -> (Redis, DelayingProxy) {
    let redis = Redis::start();
    let proxy = DelayingProxy::start(redis.port());
    (redis, proxy)
}

fn connect(proxy: &DelayingProxy) -> TcpStream {
    TcpStream::connect(proxy.address()).expect("a proxy that accepts")
}

fn ping(connection: &mut TcpStream) {
    connection.write_all(b"PING\r\n").expect("an open connection");
}

fn assert_answers(connection: &mut TcpStream) {
    ping(connection);
    assert_eq!(read(connection).expect("an answer"), *b"+PONG\r\n");
}

fn assert_silent(connection: &mut TcpStream) {
    connection.set_read_timeout(Some(Duration::from_millis(200))).expect("a valid time");
    assert_eq!(read(connection).expect_err("silence").kind(), ErrorKind::WouldBlock);
    connection.set_read_timeout(None).expect("a valid time");
}

fn read(connection: &mut TcpStream) -> std::io::Result<[u8; 7]> {
    let mut answer = [0; 7];
    connection.read_exact(&mut answer).map(|()| answer)
}
