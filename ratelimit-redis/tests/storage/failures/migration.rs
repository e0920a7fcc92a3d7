//! A slot on its way from one master to another.

use std::time::Instant;

use ratelimit_core::{Batch, Key, Policy, RateLimiter, Strategy};
use ratelimit_test_servers::{Cluster, slot_of};

use crate::support::{Load, hurried_limiter, keys_of, left, policy};

struct Scene {
    cluster: Cluster,
    limiter: RateLimiter,
}

impl Scene {
    fn start() -> Self {
        let cluster = Cluster::start();
        let limiter = hurried_limiter(&format!("redis+cluster://{}", cluster.addresses().join(",")));
        Self { cluster, limiter }
    }

    /// The slot of the only counters that there are.
    fn slot(&self) -> u16 {
        let names = self.cluster.nodes().iter().flat_map(|node| keys_of(node).into_keys());
        slot_of(names.last().expect("a counter"))
    }

    async fn ask(&self, policies: &[Policy], key: &Key) -> Option<bool> {
        let mut batch = Batch::new();
        for policy in policies {
            batch.push(policy, key, 1);
        }
        self.limiter.hit_all(&batch).await.ok().map(|decisions| decisions.all_allowed())
    }
}

/// One client's counters, some here and some there: who is not answered is not counted, or only once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_move_without_being_lost_or_counted_twice() {
    let scene = Scene::start();
    let key = Key::from("alice");
    let policies: Vec<_> = (0..6)
        .map(|path| {
            policy([Strategy::FixedWindow, Strategy::MovingWindow][path % 2], "40/hour", &path.to_string())
        })
        .collect();
    let (mut admitted, mut failed) = (0_u64, 0_u64);
    let mut count = |asked: Option<bool>| match asked {
        Some(allowed) => admitted += u64::from(allowed),
        None => failed += 1,
    };
    for _ in 0..5 {
        count(scene.ask(&policies, &key).await);
    }
    let slot = scene.slot();
    let to = scene.cluster.other_masters(slot)[0];
    let migration = scene.cluster.begin_migration(slot, to);
    for _ in 0..3 {
        count(scene.ask(&policies, &key).await);
        assert_eq!(migration.move_keys(2), 2);
        count(scene.ask(&policies, &key).await);
    }
    migration.finish();
    for _ in 0..60 {
        count(scene.ask(&policies, &key).await);
    }
    assert!(admitted <= 40, "{admitted} passed");
    assert!(admitted + failed >= 40, "{admitted} passed, {failed} failed: some were counted twice");
    assert_eq!(scene.cluster.master_of(slot).port(), to.port());
    for policy in &policies {
        assert_eq!(left(&scene.limiter, policy, &key).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_moves_under_load_is_followed() {
    let scene = Scene::start();
    let load = Load::start(&scene.limiter).await;
    let slot = scene.slot();
    let to = scene.cluster.other_masters(slot)[0];
    let migration = scene.cluster.begin_migration(slot, to);
    load.is_answered().await;
    migration.finish();
    load.finish("cluster: slot moved under load", Instant::now()).await;
}
