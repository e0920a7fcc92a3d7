//! Nodes of a cluster that are lost, or lose what clients count on.

use ratelimit_actix::OnError;
use ratelimit_test_servers::{Cluster, Redis};

use crate::{
    clusters::{PLACE, SLOT, start, uri},
    report::{Report, undisturbed},
    run::{Run, go_on},
};

/// Before the first request; some of the addresses in the URI lead nowhere then.
#[test]
fn a_node_killed_or_paused_from_the_start() {
    let gone: [(_, fn(&Redis)); 2] = [
        ("first node killed from the start, replica promoted", Redis::kill),
        ("first node paused from the start, replica promoted", Redis::pause),
    ];
    for (what, gone) in gone {
        let cluster = Cluster::builder().with_replicas().start();
        let first = &cluster.nodes()[0];
        gone(first);
        let mut run = Run::start_at_once((PLACE, what), &uri(&cluster), OnError::Fallback);
        cluster.wait_for_promotion(SLOT, first.port());
        run.healed();
        let report = run.finish();
        // Until the promotion, a probe for a key of another node may find that one well.
        assert!((1..=5).contains(&report.outages()), "{:#?}", report.log);
        assert_eq!(report.wrongly_refused(), 0);
    }
}

#[test]
fn all_nodes_killed_and_restarted() {
    let cluster = Cluster::start();
    let mut run = start("all nodes killed, restarted empty after 1 s", &cluster);
    cluster.nodes().iter().for_each(Redis::kill);
    run.data_is_lost();
    go_on(1_000);
    cluster.nodes().iter().for_each(Redis::restart);
    cluster.wait_until_ok();
    run.healed();
    let report = run.finish();
    report.was_one_outage();
    assert_eq!(report.wrongly_refused(), 0);
}

#[test]
fn connections_closed() {
    let what = "CLIENT KILL of all connections to all nodes, 20 times";
    on_all_nodes(what, &["CLIENT", "KILL", "TYPE", "normal"]).was_no_outage();
}

#[test]
fn scripts_forgotten() {
    on_all_nodes("SCRIPT FLUSH on all nodes, 20 times", &["SCRIPT", "FLUSH"]).was_unnoticed();
}

#[track_caller]
fn on_all_nodes(what: &'static str, words: &[&str]) -> Report {
    undisturbed(|| {
        let cluster = Cluster::start();
        let mut run = start(what, &cluster);
        for _ in 0..20 {
            cluster.nodes().iter().for_each(|node| drop(node.command(words)));
            go_on(50);
        }
        run.healed();
        run.finish()
    })
}
