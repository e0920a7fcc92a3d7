//! Requests of several keys in a cluster: their counters are on several servers.

use std::{sync::Arc, time::Duration};

use ratelimit_core::{Batch, Key, Policy, RateLimiter, StorageError, Strategy};
use ratelimit_test_servers::{Cluster, Redis, slot_of};
use tokio::time::timeout;

use crate::support::{eventually, hurried_limiter, keys_of, left, policy};

struct Scene {
    cluster: Cluster,
    limiter: RateLimiter,
}

impl Scene {
    fn start() -> Self {
        let cluster = Cluster::start();
        let uri = format!("redis+cluster://{}", cluster.addresses().join(","));
        Self { limiter: hurried_limiter(&uri), cluster }
    }

    /// Clients, each of whom another server counts.
    async fn clients(&self) -> [Key; 3] {
        let probe = policy(Strategy::FixedWindow, "5/hour", "probe");
        let mut found = [const { None }; 3];
        for user in 0..1_000_u64 {
            let _ = self.limiter.hit(&probe, &Key::from(user), 1).await.expect("the cluster answers");
            for (place, node) in found.iter_mut().zip(self.cluster.nodes()) {
                if !keys_of(node).is_empty() {
                    place.get_or_insert(Key::from(user));
                    node.command(&["FLUSHALL"]);
                }
            }
            if found.iter().all(Option::is_some) {
                break;
            }
        }
        found.map(|key| key.expect("one of a thousand is counted there"))
    }

    async fn ask(&self, policies: &[Policy], keys: &[Key]) -> Result<bool, StorageError> {
        ask(&self.limiter, policies, keys).await
    }

    async fn left(&self, policy: &Policy, key: &Key) -> u64 {
        left(&self.limiter, policy, key).await
    }
}

async fn ask(limiter: &RateLimiter, policies: &[Policy], keys: &[Key]) -> Result<bool, StorageError> {
    let mut batch = Batch::new();
    for (policy, key) in policies.iter().zip(keys) {
        batch.push(policy, key, 1);
    }
    limiter.hit_all(&batch).await.map(|decisions| decisions.all_allowed())
}

#[tokio::test]
async fn a_refused_request_consumes_nothing() {
    let scene = Scene::start();
    let keys = scene.clients().await;
    for strategy in Strategy::ALL {
        for refusing in 0..3 {
            let path = format!("{refusing}");
            let policies = [0, 1, 2]
                .map(|index| policy(strategy, if index == refusing { "2/hour" } else { "9/hour" }, &path));
            for _ in 0..2 {
                assert!(scene.ask(&policies, &keys).await.expect("the cluster answers"));
            }
            for _ in 0..5 {
                assert!(!scene.ask(&policies, &keys).await.expect("the cluster answers"));
            }
            for (index, (policy, key)) in policies.iter().zip(&keys).enumerate() {
                let expected = if index == refusing { 0 } else { 7 };
                assert_eq!(scene.left(policy, key).await, expected, "{strategy}, {index} of {refusing}");
            }
        }
    }
}

/// Makes the counter of `key` one that can't be counted.
async fn spoil(scene: &Scene, policy: &Policy, key: &Key) -> Vec<String> {
    let names = |node: &Redis| keys_of(node).into_keys().collect::<Vec<_>>();
    let all = || scene.cluster.nodes().iter().flat_map(names).collect::<Vec<_>>();
    let before = all();
    let _ = scene.limiter.hit(policy, key, 1).await.expect("the cluster answers");
    let spoilt: Vec<_> = all().into_iter().filter(|name| !before.contains(name)).collect();
    for name in &spoilt {
        let node = scene.cluster.master_of(slot_of(name));
        node.command(&["DEL", name]);
        node.command(&["HSET", name, "field", "value"]);
    }
    spoilt
}

#[tokio::test]
async fn a_part_that_fails_gives_the_others_back() {
    let scene = Scene::start();
    let keys = scene.clients().await;
    for strategy in Strategy::ALL {
        let policies =
            ["first", "second", "third"].map(|path| policy(strategy, "9/hour", &format!("{strategy}{path}")));
        assert!(!spoil(&scene, &policies[2], &keys[2]).await.is_empty());
        for _ in 0..5 {
            let error = scene.ask(&policies, &keys).await.expect_err("the third can't be counted");
            assert!(!error.is_transient(), "{error}");
        }
        for index in [0, 1] {
            assert_eq!(scene.left(&policies[index], &keys[index]).await, 9, "{strategy}, {index}");
        }
    }
}

#[tokio::test]
async fn a_server_that_stands_still_leaves_nothing_charged_at_the_others() {
    let scene = Scene::start();
    let keys = scene.clients().await;
    let policies = Strategy::ALL.map(|strategy| policy(strategy, "9/hour", "data"));
    assert!(scene.ask(&policies[..2], &keys[..2]).await.expect("the cluster answers"));
    scene.cluster.nodes()[1].pause();
    let error = scene.ask(&policies[..2], &keys[..2]).await.expect_err("the second doesn't answer");
    assert!(error.is_transient(), "{error}");
    eventually("the first to be given back", || async {
        let left = scene.limiter.stats(&policies[0], &keys[0]).await;
        left.is_ok_and(|left| left.remaining() == 8)
    })
    .await;
    scene.cluster.nodes()[1].resume();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_stops_waiting_leaves_nothing_half_charged() {
    let scene = Scene::start();
    let keys = scene.clients().await;
    for strategy in Strategy::ALL {
        let policies = ["first", "second"].map(|path| policy(strategy, "90/hour", path));
        for _ in 0..5 {
            scene.cluster.nodes()[1].pause();
            let asked = timeout(Duration::from_millis(30), scene.ask(&policies, &keys[..2])).await;
            scene.cluster.nodes()[1].resume();
            assert!(asked.is_err(), "{strategy}: {asked:?}");
            eventually("both to be charged, or neither", || async {
                let left = [0, 1].map(|index| scene.limiter.stats(&policies[index], &keys[index]));
                let [first, second] = left;
                match (first.await, second.await) {
                    (Ok(first), Ok(second)) => first.remaining() == second.remaining(),
                    _ => false,
                }
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_admit_no_more_than_the_amount() {
    let scene = Scene::start();
    let keys = Arc::new(scene.clients().await);
    for strategy in Strategy::ALL {
        let amounts = [9, 5, 7];
        let policies: Vec<_> =
            amounts.iter().map(|amount| policy(strategy, &format!("{amount}/hour"), "data")).collect();
        let policies = Arc::new(policies);
        let asked: Vec<_> = (0..100)
            .map(|index| {
                let (limiter, policies, keys) =
                    (scene.limiter.clone(), Arc::clone(&policies), Arc::clone(&keys));
                tokio::spawn(async move {
                    // In all orders, so that each part comes first and last.
                    let turned = |index: usize| [index % 3, (index + 1) % 3, (index + 2) % 3];
                    let order = turned(index);
                    ask(&limiter, &order.map(|at| policies[at].clone()), &order.map(|at| keys[at].clone()))
                        .await
                })
            })
            .collect();
        let mut admitted = 0;
        for answer in asked {
            admitted += u64::from(answer.await.expect("no panic").expect("the cluster answers"));
        }
        assert!(admitted <= 5, "{strategy} admitted {admitted}");
        for (index, amount) in amounts.into_iter().enumerate() {
            let left = scene.left(&policies[index], &keys[index]).await;
            assert_eq!(left, amount - admitted, "{strategy}, {amount}: {admitted} passed");
        }
    }
}
