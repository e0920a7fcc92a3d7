//! A slow or broken network.

use std::time::{Duration, Instant};

use ratelimit_core::{Key, RateLimiter, Strategy};
use ratelimit_test_servers::{DelayingProxy, Flow, Redis};

use super::persist;
use crate::support::{Load, hurried_limiter, left, policy};

struct Scene {
    redis: Redis,
    proxy: DelayingProxy,
    limiter: RateLimiter,
}

impl Scene {
    fn start() -> Self {
        let redis = Redis::start();
        let proxy = DelayingProxy::start(redis.port());
        Self { limiter: hurried_limiter(&redis.uri_at(proxy.port())), redis, proxy }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_slow_but_in_time_are_answers() {
    for millis in [1, 100] {
        let scene = Scene::start();
        let load = Load::start(&scene.limiter).await;
        scene.proxy.to_client(Flow::Delay(Duration::from_millis(millis)));
        let healed = persist(Duration::from_millis(500)).await;
        scene.proxy.to_client(Flow::Pass);
        load.finish(&format!("answers {millis} ms late for 0.5 s"), healed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_too_slow_are_given_up() {
    let scene = Scene::start();
    let load = Load::start(&scene.limiter).await;
    scene.proxy.to_client(Flow::Delay(Duration::from_millis(600)));
    persist(Duration::from_secs(2)).await;
    scene.proxy.to_client(Flow::Pass);
    let seen = load.finish("answers 600 ms late for 2 s", Instant::now()).await;
    assert!(seen.late > 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_was_away_is_used_when_it_is_back() {
    let scene = Scene::start();
    let load = Load::start(&scene.limiter).await;
    scene.proxy.both(Flow::Stall);
    persist(Duration::from_secs(2)).await;
    scene.proxy.both(Flow::Pass);
    load.finish("network away for 2 s", Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_lost_are_given_up() {
    let scene = Scene::start();
    let load = Load::start(&scene.limiter).await;
    scene.proxy.to_client(Flow::Swallow);
    persist(Duration::from_secs(2)).await;
    scene.proxy.both(Flow::Pass);
    load.finish("answers lost for 2 s", Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wire_that_is_cut_again_and_again_is_used_again() {
    let scene = Scene::start();
    let load = Load::start(&scene.limiter).await;
    for _ in 0..20 {
        scene.proxy.cut();
        persist(Duration::from_millis(20)).await;
    }
    load.finish("wire cut 20 times", Instant::now()).await;
}

/// A request whose answer is lost may have been counted; asked again it may be counted twice, but never lets
/// anybody pass beyond the amount.
#[tokio::test]
async fn what_is_cut_off_never_admits_more_than_the_amount() {
    let scene = Scene::start();
    let (policy, key) = (policy(Strategy::FixedWindow, "30/hour", "data"), Key::from("alice"));
    let mut admitted = 0;
    for round in 0..60 {
        if round % 3 == 0 {
            scene.proxy.cut();
        }
        if let Ok(decision) = scene.limiter.hit(&policy, &key, 1).await {
            admitted += u64::from(decision.is_allowed());
        }
    }
    assert!((15..=30).contains(&admitted), "{admitted}");
    assert_eq!(left(&hurried_limiter(&scene.redis.uri()), &policy, &key).await, 0);
}
