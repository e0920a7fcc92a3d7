//! Clusters that lose masters.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use ratelimit_core::{Key, RateLimiter, Strategy};
use ratelimit_test_servers::{Cluster, slot_of};

use super::persist;
use crate::support::{Load, ask, eventually, hurried_limiter, policy};

fn limiter_of(cluster: &Cluster) -> RateLimiter {
    hurried_limiter(&format!("redis+cluster://{}", cluster.addresses().join(",")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_master_s_replica_is_found() {
    let cluster = Cluster::builder().with_replicas().start();
    let load = Load::start(&limiter_of(&cluster)).await;
    let slot = slot_of("any");
    let killed = cluster.kill_master_of(slot);
    cluster.wait_for_promotion(slot, killed);
    load.finish("cluster: master killed, replica promoted", Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_master_s_replica_is_found() {
    let cluster = Cluster::builder().with_replicas().start();
    let load = Load::start(&limiter_of(&cluster)).await;
    let slot = slot_of("any");
    let paused = cluster.pause_master_of(slot);
    cluster.wait_for_promotion(slot, paused);
    load.finish("cluster: master stopped (SIGSTOP), replica promoted", Instant::now()).await;

    let load = Load::start(&limiter_of(&cluster)).await;
    let former = cluster.node(paused);
    former.resume();
    eventually("it to follow", || async { former.info("role").as_deref() == Some("slave") }).await;
    let seen = load.finish("cluster: old master back, a replica", Instant::now()).await;
    assert_eq!(seen.errors, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_hands_over_in_good_order_is_followed() {
    let cluster = Cluster::builder().with_replicas().start();
    let load = Load::start(&limiter_of(&cluster)).await;
    cluster.failover(slot_of("any"));
    load.finish("cluster: CLUSTER FAILOVER", Instant::now()).await;
}

/// Clients of the other masters hardly notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_master_keeps_only_its_own_clients() {
    let cluster = Cluster::builder().config("cluster-require-full-coverage no").start();
    let limiter = limiter_of(&cluster);
    let policy = policy(Strategy::FixedWindow, "100000/hour", "data");
    let load = Load::start(&limiter).await;
    cluster.nodes()[0].pause();
    persist(Duration::from_secs(1)).await;
    let clients: Vec<_> = (0..60_u64).map(Key::from).collect();
    let mut answered = [0; 60];
    for _ in 0..12 {
        let asked = join_all(clients.iter().map(|client| ask(&limiter, &policy, client))).await;
        for (answered, asked) in answered.iter_mut().zip(asked) {
            *answered += u32::from(asked.is_answered());
        }
    }
    let well = answered.iter().filter(|answered| **answered >= 8).count();
    assert!(well > 20, "of 60, some 40 are counted elsewhere: {answered:?}");
    cluster.nodes()[0].resume();
    load.finish("cluster: a master without replica stopped", Instant::now()).await;
}
