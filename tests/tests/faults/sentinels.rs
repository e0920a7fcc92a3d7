//! A master that sentinels replace.

use ratelimit_test_servers::{Redis, Sentinels};

use crate::run::{Run, go_on};

const PLACE: &str = "sentinels";

#[test]
fn the_master_killed() {
    let sentinels = Sentinels::start();
    let mut run = start("master killed, replica promoted", &sentinels);
    let former = sentinels.kill_master();
    sentinels.wait_for_promotion(former);
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

/// Its connections remain, and when it goes on it takes itself for the master at first.
#[test]
fn the_master_paused_and_resumed_when_replaced() {
    let sentinels = Sentinels::start();
    let mut run = start("master paused, replica promoted, the former resumed", &sentinels);
    let former = sentinels.pause_master();
    sentinels.wait_for_promotion(former);
    run.healed();
    go_on(300);
    let paused = sentinels.servers().iter().find(|server| server.port() == former);
    paused.expect("one of them").resume();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn a_failover_in_good_order() {
    let sentinels = Sentinels::start();
    let mut run = start("SENTINEL FAILOVER", &sentinels);
    let former = sentinels.master().port();
    sentinels.sentinels()[0].command(&["SENTINEL", "FAILOVER", sentinels.master_name()]);
    sentinels.wait_for_promotion(former);
    run.healed();
    let report = run.finish();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

/// The one that is asked first.
#[test]
fn a_sentinel_paused_and_the_master_killed() {
    let sentinels = Sentinels::start();
    let mut run = start("first sentinel paused, master killed, replica promoted", &sentinels);
    sentinels.sentinels()[0].pause();
    let former = sentinels.kill_master();
    sentinels.wait_for_promotion(former);
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn all_sentinels_killed() {
    let sentinels = Sentinels::start();
    let mut run = start("all sentinels killed, the master well", &sentinels);
    sentinels.sentinels().iter().for_each(Redis::kill);
    go_on(500);
    run.healed();
    run.finish().was_unnoticed();
}

#[track_caller]
fn start(what: &'static str, sentinels: &Sentinels) -> Run {
    let addresses = sentinels.addresses().join(",");
    let run = Run::start((PLACE, what), &format!("redis+sentinel://{addresses}/{}", sentinels.master_name()));
    // The replica has what was counted so far.
    go_on(100);
    run
}
