//! A network that is slow, or away, or loses what is sent.

use std::time::Duration;

use ratelimit_test_servers::{DelayingProxy, Flow, Redis};

use crate::{
    report::{Report, undisturbed},
    run::{Run, go_on},
};

const PLACE: &str = "network";

#[test]
fn slow_but_within_the_deadline() {
    for (what, millis) in [("answers 5 ms late", 5), ("answers 100 ms late", 100)] {
        let (redis, proxy) = start();
        let report = undisturbed(|| {
            redis.command(&["FLUSHALL"]);
            let mut run = Run::start((PLACE, what), &redis.uri_at(proxy.port()));
            proxy.to_client(Flow::Delay(Duration::from_millis(millis)));
            go_on(1_000);
            proxy.to_client(Flow::Pass);
            run.healed();
            run.finish()
        });
        report.was_unnoticed();
    }
}

#[test]
fn slower_than_the_deadline() {
    let report = broken_for("answers 400 ms late for 1 s", 1_000, |proxy| {
        proxy.to_client(Flow::Delay(Duration::from_millis(400)));
    });
    assert!(report.longest_wait() >= Duration::from_millis(250));
}

#[test]
fn standing_still() {
    broken_for("stalled for 1 s", 1_000, |proxy| proxy.both(Flow::Stall));
    broken_for("stalled for 300 ms", 300, |proxy| proxy.both(Flow::Stall));
}

#[test]
fn answers_lost() {
    broken_for("answers lost for 1 s, then cut", 1_000, |proxy| proxy.to_client(Flow::Swallow));
}

#[test]
fn requests_lost() {
    broken_for("requests lost for 1 s, then cut", 1_000, |proxy| proxy.to_server(Flow::Swallow));
}

#[test]
fn cut_off() {
    broken_for("cut, and refused for 1 s", 1_000, |proxy| {
        proxy.refuse();
        proxy.cut();
    });
}

#[test]
fn connections_cut() {
    let (redis, proxy) = start();
    let report = undisturbed(|| {
        redis.command(&["FLUSHALL"]);
        let mut run = Run::start((PLACE, "connections cut, 20 times"), &redis.uri_at(proxy.port()));
        for _ in 0..20 {
            proxy.cut();
            go_on(50);
        }
        run.healed();
        run.finish()
    });
    report.was_no_outage();
}

/// The network is broken for a while by `fault`; then all connections that it may have harmed end.
#[track_caller]
fn broken_for(what: &'static str, millis: u64, fault: impl Fn(&DelayingProxy)) -> Report {
    let (redis, proxy) = start();
    let mut run = Run::start((PLACE, what), &redis.uri_at(proxy.port()));
    fault(&proxy);
    go_on(millis);
    if what.contains("lost") {
        proxy.cut();
    }
    proxy.both(Flow::Pass);
    proxy.accept();
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0, "{what}");
    report
}

fn start() -> (Redis, DelayingProxy) {
    let redis = Redis::start();
    let proxy = DelayingProxy::start(redis.port());
    (redis, proxy)
}
