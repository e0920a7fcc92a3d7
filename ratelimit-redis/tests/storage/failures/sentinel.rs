//! Masters that are replaced.

use std::time::{Duration, Instant};

use ratelimit_core::{Key, RateLimiter, Strategy};
use ratelimit_test_servers::{Redis, Sentinels};

use super::persist;
use crate::support::{Load, ask, eventually, hurried_limiter, policy};

fn limiter_of(sentinels: &Sentinels) -> RateLimiter {
    let (addresses, name) = (sentinels.addresses().join(","), sentinels.master_name());
    hurried_limiter(&format!("redis+sentinel://{addresses}/{name}"))
}

/// Under load: promotions are waited for outside of the runtime.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_master_s_successor_is_found() {
    let sentinels = Sentinels::start();
    let load = Load::start(&limiter_of(&sentinels)).await;
    let killed = sentinels.kill_master();
    sentinels.wait_for_promotion(killed);
    load.finish("master killed, replica promoted", Instant::now()).await;
}

/// The old master comes back as a replica while the clients go on with the new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_master_s_successor_is_found() {
    let sentinels = Sentinels::start();
    let limiter = limiter_of(&sentinels);
    let load = Load::start(&limiter).await;
    let paused = sentinels.pause_master();
    sentinels.wait_for_promotion(paused);
    load.finish("master stopped (SIGSTOP), replica promoted", Instant::now()).await;

    let load = Load::start(&limiter).await;
    let former = sentinels.servers().iter().find(|server| server.port() == paused).expect("one of them");
    former.resume();
    eventually("it to follow", || async { former.info("role").as_deref() == Some("slave") }).await;
    let seen = load.finish("old master back, made a replica", Instant::now()).await;
    assert_eq!(seen.errors, 0, "{seen}");
}

/// The master goes on before its clients have given it up, and is made a replica under them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_is_told_to_hand_over_is_left() {
    let sentinels = Sentinels::start();
    let load = Load::start(&limiter_of(&sentinels)).await;
    let former = sentinels.master().port();
    sentinels.sentinels()[0].command(&["SENTINEL", "FAILOVER", sentinels.master_name()]);
    sentinels.wait_for_promotion(former);
    load.finish("SENTINEL FAILOVER", Instant::now()).await;
}

#[tokio::test]
async fn a_sentinel_that_stands_still_or_is_gone_keeps_nobody() {
    let sentinels = Sentinels::start();
    let (policy, key) = (policy(Strategy::FixedWindow, "100/hour", "data"), Key::from("alice"));
    let is_found = || async {
        // A new one each time: one that is connected asks no sentinels.
        ask(&limiter_of(&sentinels), &policy, &key).await.is_answered()
    };
    for index in 0..3 {
        sentinels.sentinels()[index].pause();
        let limiter = limiter_of(&sentinels);
        eventually("the others to be asked", || async { ask(&limiter, &policy, &key).await.is_answered() })
            .await;
        sentinels.sentinels()[index].resume();
    }
    sentinels.sentinels()[0].kill();
    sentinels.sentinels()[1].kill();
    eventually("the last to be asked", is_found).await;
}

/// Whatever makes a server a replica: requests ask for another connection, which leads to the new master
/// where sentinels or a name say where that is.
#[tokio::test]
async fn a_server_that_became_a_replica_is_left() {
    let (redis, other) = (Redis::start(), Redis::start());
    let limiter = hurried_limiter(&redis.uri());
    let policies =
        [Strategy::FixedWindow, Strategy::MovingWindow].map(|strategy| policy(strategy, "9/hour", "data"));
    let key = Key::from("alice");
    for policy in &policies {
        let _ = limiter.hit(policy, &key, 1).await.expect("the server answers");
    }
    redis.command(&["REPLICAOF", "127.0.0.1", &other.port().to_string()]);
    eventually("the other's data", || async { redis.info("master_link_status").as_deref() == Some("up") })
        .await;
    for policy in &policies {
        let before: u64 = connections(&redis);
        let error = limiter.hit(policy, &key, 1).await.expect_err("a replica can't count");
        assert!(error.is_transient() && error.to_string().contains("replica"), "{error}");
        // One is ours.
        assert!(connections(&redis) > before + 1, "another connection was asked");
    }
    redis.command(&["REPLICAOF", "NO", "ONE"]);
    for policy in &policies {
        assert!(limiter.hit(policy, &key, 1).await.expect("a master again").is_allowed());
    }
}

fn connections(redis: &Redis) -> u64 {
    redis.info("total_connections_received").expect("it answers").parse().expect("a number")
}

/// Also where the successor is found only after the clients' deadline, many times over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_sentinels_that_are_all_gone() {
    let sentinels = Sentinels::start();
    let load = Load::start(&limiter_of(&sentinels)).await;
    for sentinel in sentinels.sentinels() {
        sentinel.pause();
    }
    // The master still counts.
    persist(Duration::from_millis(300)).await;
    sentinels.servers()[0].command(&["CLIENT", "KILL", "TYPE", "normal"]);
    persist(Duration::from_millis(1_500)).await;
    for sentinel in sentinels.sentinels() {
        sentinel.resume();
    }
    load.finish("connection closed while all sentinels stood still, 1.5 s", Instant::now()).await;
}
