//! One server that goes away, and comes back.

use std::time::Duration;

use ratelimit_actix::OnError;
use ratelimit_test_servers::Redis;

use crate::{
    report::undisturbed,
    run::{Run, go_on},
    traffic::CLIENTS,
};

const PLACE: &str = "one server";

#[test]
fn killed_and_restarted_without_data() {
    for on_error in [OnError::Fallback, OnError::Open, OnError::Closed] {
        let redis = Redis::start();
        let mut run = Run::start_with((PLACE, "killed, restarted empty after 1 s"), &redis.uri(), on_error);
        redis.kill();
        run.data_is_lost();
        go_on(1_000);
        redis.restart();
        run.healed();
        let report = run.finish();
        report.was_one_outage();
        if on_error == OnError::Closed {
            assert!(report.turned_away() > 0);
        } else {
            assert_eq!((report.wrongly_refused(), report.turned_away()), (0, 0));
        }
    }
}

#[test]
fn killed_and_not_back() {
    let redis = Redis::start();
    let run = Run::start((PLACE, "killed, not back for 2 s"), &redis.uri());
    redis.kill();
    go_on(2_000);
    let report = run.end();
    report.was_one_outage();
    assert!(report.health.is_failing());
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn paused_and_resumed() {
    for on_error in [OnError::Fallback, OnError::Open, OnError::Closed] {
        let redis = Redis::start();
        let mut run = Run::start_with((PLACE, "paused for 1.5 s"), &redis.uri(), on_error);
        redis.pause();
        go_on(1_500);
        redis.resume();
        run.healed();
        let report = run.finish();
        report.was_one_outage();
        report.counts_have_held();
        if on_error == OnError::Closed {
            // Requests that were turned away at the deadline have been counted when it went on: one a client.
            assert!(report.turned_away() > 0);
            assert!(report.wrongly_refused() <= CLIENTS, "{}", report.wrongly_refused());
        } else {
            assert_eq!((report.wrongly_refused(), report.turned_away()), (0, 0));
        }
    }
}

#[test]
fn absent_from_the_start() {
    let redis = Redis::start();
    redis.kill();
    let mut run = Run::start((PLACE, "absent from the start, started after 1 s"), &redis.uri());
    run.data_is_lost();
    go_on(1_000);
    redis.restart();
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn a_wrong_password() {
    let redis = Redis::builder().password("right").start();
    let uri = redis.uri().replace("right", "wrong");
    let run = Run::start((PLACE, "a wrong password, for 1 s"), &uri);
    go_on(1_000);
    let report = run.end();
    report.was_one_outage();
    assert_eq!(report.wrongly_refused(), 0);
    let why = report.log.iter().find(|line| line.contains("the storage fails (")).expect("a reason");
    assert!(why.contains("refuses the login"), "{why}");
    assert!(!report.log.iter().any(|line| line.contains("wrong@") || line.contains(":wrong")));
}

#[test]
fn connections_closed_by_the_server_under_load() {
    let redis = Redis::start();
    let report = undisturbed(|| {
        redis.command(&["FLUSHALL"]);
        let mut run = Run::start((PLACE, "CLIENT KILL of all connections, 20 times"), &redis.uri());
        for _ in 0..20 {
            redis.command(&["CLIENT", "KILL", "TYPE", "normal"]);
            go_on(50);
        }
        run.healed();
        run.finish()
    });
    report.was_no_outage();
}

#[test]
fn idle_connections_closed_by_the_server() {
    let redis = Redis::builder().config("timeout 1").start();
    let report = undisturbed(|| {
        redis.command(&["FLUSHALL"]);
        let mut run = Run::start((PLACE, "idle connections closed, noticed after 2.5 s"), &redis.uri());
        run.rest(Duration::from_millis(2_500));
        run.healed();
        run.finish()
    });
    report.was_unnoticed();
}
