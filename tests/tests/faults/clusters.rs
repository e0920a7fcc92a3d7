//! Masters that share the slots.

use std::collections::BTreeSet;

use ratelimit_test_servers::{Cluster, slot_of};

use crate::run::{Run, go_on};

pub(crate) const PLACE: &str = "cluster";

/// Some slot: with so many keys in use, every master has some.
pub(crate) const SLOT: u16 = 0;

#[test]
fn a_master_killed() {
    let cluster = Cluster::builder().with_replicas().start();
    let mut run = start("a master killed, replica promoted", &cluster);
    let former = cluster.kill_master_of(SLOT);
    cluster.wait_for_promotion(SLOT, former);
    run.healed();
    let report = run.finish();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn a_master_paused() {
    let cluster = Cluster::builder().with_replicas().start();
    let mut run = start("a master paused, replica promoted, the former resumed", &cluster);
    let former = cluster.pause_master_of(SLOT);
    cluster.wait_for_promotion(SLOT, former);
    run.healed();
    go_on(300);
    cluster.node(former).resume();
    let report = run.finish();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn a_master_killed_that_has_no_replica() {
    let cluster = Cluster::start();
    let mut run = start("a master without replica killed, restarted empty", &cluster);
    let killed = cluster.kill_master_of(SLOT);
    run.data_is_lost();
    go_on(500);
    cluster.node(killed).restart();
    cluster.wait_until_ok();
    run.healed();
    let report = run.finish();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn a_failover_in_good_order() {
    let cluster = Cluster::builder().with_replicas().start();
    let mut run = start("CLUSTER FAILOVER", &cluster);
    cluster.failover(SLOT);
    run.healed();
    let report = run.finish();
    report.counts_have_held();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn slots_on_their_way() {
    let cluster = Cluster::start();
    let mut run = start("10 slots in use migrated", &cluster);
    let from = cluster.master_of(SLOT);
    let to = cluster.other_masters(SLOT)[0];
    let keys: Vec<String> = from.query(&["KEYS", "*"]);
    let slots: BTreeSet<_> = keys.iter().map(slot_of).collect();
    for slot in slots.into_iter().take(10) {
        cluster.migrate_slot(slot, to);
    }
    run.healed();
    run.finish().was_unnoticed();
}

#[track_caller]
pub(crate) fn start(what: &'static str, cluster: &Cluster) -> Run {
    let run = Run::start((PLACE, what), &uri(cluster));
    // The replicas have what was counted so far.
    go_on(100);
    run
}

pub(crate) fn uri(cluster: &Cluster) -> String {
    format!("redis+cluster://{}", cluster.addresses().join(","))
}
