//! Servers that end, are not there, or close connections.

use std::time::{Duration, Instant};

use ratelimit_core::{Key, Reset, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::{Cluster, DelayingProxy, Redis};

use super::persist;
use crate::support::{Load, NAMESPACE, commands, hurried_limiter, left, policy};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_is_used_again_when_it_is_back() {
    let redis = Redis::start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    redis.kill();
    persist(Duration::from_secs(1)).await;
    redis.restart();
    let seen = load.finish("server killed, back empty after 1 s", Instant::now()).await;
    assert!(seen.errors > 0, "{seen}");
}

/// As servers and firewalls do with connections that are idle.
#[tokio::test]
async fn a_closed_connection_is_nobody_s_error() {
    let redis = Redis::start();
    let limiter = hurried_limiter(&redis.uri());
    let (policy, key) = (policy(Strategy::FixedWindow, "1000/hour", "data"), Key::from("alice"));
    let close = || redis.command(&["CLIENT", "KILL", "TYPE", "normal"]);
    let hit = limiter.hit(&policy, &key, 1).await.expect("the server answers");
    for round in 0..20 {
        close();
        let again = limiter.hit(&policy, &key, 1).await.expect("on a new connection");
        assert!(again.is_allowed());
        close();
        limiter.refund(&policy, &key, 1, again.receipt()).await.expect("on a new connection");
        close();
        assert_eq!(left(&limiter, &policy, &key).await, 999, "round {round}");
    }
    for target in [Reset::Counter { policy: &policy, key: &key }, Reset::Namespace(NAMESPACE)] {
        let _ = limiter.hit(&policy, &key, 1).await.expect("the server answers");
        close();
        limiter.reset(target).await.expect("on a new connection");
    }
    limiter.refund(&policy, &key, 1, hit.receipt()).await.expect("nothing to give back");
}

#[tokio::test]
async fn a_closed_connection_to_a_cluster_is_nobody_s_error() {
    let cluster = Cluster::start();
    let limiter = hurried_limiter(&format!("redis+cluster://{}", cluster.addresses().join(",")));
    let policy = policy(Strategy::FixedWindow, "1000/hour", "data");
    for round in 0..10_u64 {
        for node in cluster.nodes() {
            node.command(&["CLIENT", "KILL", "TYPE", "normal"]);
        }
        let decision = limiter.hit(&policy, &Key::from(round % 3), 1).await.expect("on a new connection");
        assert!(decision.is_allowed());
        if round % 3 == 0 {
            for node in cluster.nodes() {
                node.command(&["CLIENT", "KILL", "TYPE", "normal"]);
            }
            limiter.reset(Reset::Namespace(NAMESPACE)).await.expect("on a new connection");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_closed_under_load_are_made_anew() {
    let redis = Redis::start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    for _ in 0..20 {
        redis.command(&["CLIENT", "KILL", "TYPE", "normal"]);
        persist(Duration::from_millis(20)).await;
    }
    let seen = load.finish("all connections closed, 20 times", Instant::now()).await;
    assert_eq!(seen.errors, 0, "{seen}");
}

#[tokio::test]
async fn an_absent_server_is_an_error_that_may_pass() {
    let redis = Redis::start();
    let proxy = DelayingProxy::start(redis.port());
    let uri = redis.uri_at(proxy.port());
    proxy.refuse();
    let limiter = hurried_limiter(&uri);
    let (policy, key) = (policy(Strategy::FixedWindow, "5/hour", "data"), Key::from("alice"));
    for _ in 0..3 {
        let begun = Instant::now();
        let error = limiter.hit(&policy, &key, 1).await.expect_err("nobody is there");
        assert!(error.is_transient(), "{error}");
        assert!(error.to_string().contains("can't be reached"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
    let reset = limiter.reset(Reset::Namespace(NAMESPACE)).await.expect_err("nobody is there");
    assert!(reset.is_transient(), "{reset}");
    proxy.accept();
    assert!(limiter.hit(&policy, &key, 1).await.expect("somebody is there").is_allowed());
}

/// It takes connections and says nothing, as a host behind a firewall or one that stands still.
#[tokio::test]
async fn a_silent_server_is_an_error_within_the_time_to_connect() {
    let redis = Redis::start();
    redis.pause();
    let timeout = Duration::from_millis(300);
    let storage = RedisStorage::builder(&redis.uri()).connect_timeout(timeout).build().expect("a good URI");
    let limiter = ratelimit_core::RateLimiter::new(storage);
    let (policy, key) = (policy(Strategy::FixedWindow, "5/hour", "data"), Key::from("alice"));
    let begun = Instant::now();
    let asked = (0..50).map(|_| limiter.hit(&policy, &key, 1));
    for answer in futures_util::future::join_all(asked).await {
        let error = answer.expect_err("nobody answers");
        assert!(error.is_transient() && error.to_string().contains("in time"), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "they share the attempt: {:?}", begun.elapsed());
    redis.resume();
    assert!(limiter.hit(&policy, &key, 1).await.expect("it answers").is_allowed());
    assert_eq!(commands(&redis, "keys"), 0);
}
