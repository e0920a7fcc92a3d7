//! A server that answers, but doesn't do what it is asked.

use ratelimit_test_servers::{DelayingProxy, Redis};

use crate::{
    report::undisturbed,
    run::{Run, go_on},
};

const PLACE: &str = "one server";

#[test]
fn out_of_memory() {
    let redis = Redis::start();
    let mut run = Run::start((PLACE, "out of memory (noeviction) for 1 s"), &redis.uri());
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    go_on(1_000);
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
    let why = report.log.iter().find(|line| line.contains("the storage fails (")).expect("a reason");
    assert!(why.contains("OOM"), "{why}");
}

#[test]
fn read_only_for_a_while() {
    let redis = Redis::start();
    let mut run = Run::start((PLACE, "REPLICAOF for 1 s, then NO ONE"), &redis.uri());
    // A master that isn't there takes no data away.
    redis.command(&["REPLICAOF", "127.0.0.1", "1"]);
    go_on(1_000);
    redis.command(&["REPLICAOF", "NO", "ONE"]);
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

/// As with services where a name or a virtual address leads to the master of the day: nobody need close the
/// connections to the former one.
#[test]
fn another_server_promoted_behind_the_same_address() {
    let former = Redis::start();
    let promoted = Redis::builder().replica_of(&former).start();
    let address = DelayingProxy::start(former.port());
    let uri = former.uri_at(address.port());
    let mut run = Run::start((PLACE, "replica promoted behind the same address"), &uri);
    former.command(&["FAILOVER", "TO", "127.0.0.1", &promoted.port().to_string()]);
    run.wait("it is promoted", || promoted.info("role").as_deref() == Some("master"));
    address.lead_to(promoted.port());
    run.healed();
    let report = run.finish();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn scripts_forgotten() {
    let redis = Redis::start();
    let report = undisturbed(|| {
        redis.command(&["FLUSHALL"]);
        let mut run = Run::start((PLACE, "SCRIPT FLUSH, 20 times"), &redis.uri());
        for _ in 0..20 {
            redis.command(&["SCRIPT", "FLUSH"]);
            go_on(50);
        }
        run.healed();
        run.finish()
    });
    report.was_unnoticed();
}
