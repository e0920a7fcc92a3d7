//! What a request costs: one call of one script, however many limits it meets.

use std::time::Duration;

use futures_util::future::{join, join_all};
use ratelimit_core::{Batch, Key, Policy, RateLimiter, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::{Cluster, Redis};

use crate::support::{commands, limiter, limiter_of, policy};

fn three_limits() -> [Policy; 3] {
    [
        policy(Strategy::FixedWindow, "100000/hour", "data"),
        policy(Strategy::MovingWindow, "100000/day", "data"),
        policy(Strategy::TokenBucket, "100000/day", "data"),
    ]
}

async fn ask(limiter: &RateLimiter, policies: &[Policy], key: &Key) {
    let mut batch = Batch::new();
    for policy in policies {
        batch.push(policy, key, 1);
    }
    assert!(limiter.hit_all(&batch).await.expect("the server answers").all_allowed());
}

fn evaluations(servers: &[Redis]) -> (u64, u64) {
    let of = |command| servers.iter().map(|server| commands(server, command)).sum();
    (of("evalsha"), of("eval"))
}

/// 100 requests of three limits each, after the first.
async fn cost_of_100(limiter: &RateLimiter, servers: &[Redis]) -> (u64, u64) {
    let (policies, key) = (three_limits(), Key::from("alice"));
    ask(limiter, &policies, &key).await;
    for server in servers {
        server.command(&["CONFIG", "RESETSTAT"]);
    }
    for _ in 0..100 {
        ask(limiter, &policies, &key).await;
    }
    evaluations(servers)
}

#[tokio::test]
async fn a_request_of_three_limits_is_one_call() {
    let redis = Redis::start();
    assert_eq!(cost_of_100(&limiter(&redis.uri()), &[redis]).await, (100, 0));
}

#[tokio::test]
async fn a_request_of_one_client_is_one_call_in_a_cluster_too() {
    let cluster = Cluster::start();
    let uri = format!("redis+cluster://{}", cluster.addresses().join(","));
    assert_eq!(cost_of_100(&limiter(&uri), cluster.nodes()).await, (100, 0));
}

#[tokio::test]
async fn a_server_that_forgot_the_script_is_given_it_once() {
    let redis = [Redis::start()];
    let (policies, key) = (three_limits(), Key::from("alice"));
    let limiter = limiter(&redis[0].uri());
    ask(&limiter, &policies, &key).await;
    for _ in 0..3 {
        redis[0].command(&["SCRIPT", "FLUSH"]);
        redis[0].command(&["CONFIG", "RESETSTAT"]);
        for _ in 0..10 {
            ask(&limiter, &policies, &key).await;
        }
        let (by_digest, by_source) = evaluations(&redis);
        assert_eq!((by_digest, by_source), (10, 1));
    }
}

/// One runtime of one thread, as an Actix worker is.
#[tokio::test]
async fn requests_of_the_same_time_share_calls() {
    let redis = [Redis::start()];
    // Many go in two calls where none is under way, so that the server and this process work at the same time.
    for (coalesce, requests, calls) in
        [(64, 15, 1), (64, 16, 2), (64, 64, 2), (16, 64, 4), (255, 200, 2), (1, 64, 64), (0, 64, 64)]
    {
        let builder = RedisStorage::builder(&redis[0].uri()).coalesce(coalesce);
        let limiter = limiter_of(builder.remember_refusals(Duration::ZERO));
        let (policies, keys) =
            (three_limits(), (0..requests).map(|client: u64| Key::from(client)).collect::<Vec<_>>());
        ask(&limiter, &policies, &keys[0]).await;
        redis[0].command(&["CONFIG", "RESETSTAT"]);
        join_all(keys.iter().map(|key| ask(&limiter, &policies, key))).await;
        assert_eq!(evaluations(&redis), (calls, 0), "coalesce({coalesce}), {requests} requests");
    }
}

/// Calls go in the order in which their requests came.
#[tokio::test]
async fn who_comes_first_is_counted_first() {
    let redis = Redis::start();
    for coalesce in [64, 16, 1] {
        let builder = RedisStorage::builder(&redis.uri()).coalesce(coalesce);
        let limiter = limiter_of(builder.remember_refusals(Duration::ZERO));
        let policy = policy(Strategy::FixedWindow, "1000/hour", &format!("queue of {coalesce}"));
        let key = Key::from("everyone");
        let _ = limiter.hit(&policy, &key, 0).await;
        let answers = join_all((0..64).map(|_| limiter.hit(&policy, &key, 1))).await;
        let left: Vec<_> =
            answers.into_iter().map(|answer| answer.expect("it answers").remaining()).collect();
        assert_eq!(left, (936..1000).rev().collect::<Vec<_>>(), "coalesce({coalesce})");
    }
}

/// While a call is under way, what gathers goes in one: the server has something to do.
#[tokio::test]
async fn what_gathers_behind_a_call_is_not_cut() {
    let redis = [Redis::start()];
    let limiter = limiter_of(RedisStorage::builder(&redis[0].uri()).remember_refusals(Duration::ZERO));
    let (policies, keys) = (three_limits(), (0..64_u64).map(Key::from).collect::<Vec<_>>());
    ask(&limiter, &policies, &keys[0]).await;
    redis[0].command(&["CONFIG", "RESETSTAT"]);
    redis[0].command(&["CLIENT", "PAUSE", "100", "ALL"]);
    let first = ask(&limiter, &policies, &keys[0]);
    let others = async {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        join_all(keys.iter().map(|key| ask(&limiter, &policies, key))).await
    };
    let _ = join(first, others).await;
    assert_eq!(evaluations(&redis), (2, 0));
}

/// Nobody waits for company.
#[tokio::test]
async fn who_shares_a_call_is_decided_on_alone() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let policy = policy(Strategy::FixedWindow, "2/hour", "data");
    let keys: Vec<_> = (0..16_u64).map(|user| Key::from(user % 4)).collect();
    let answers = join_all(keys.iter().map(|key| limiter.hit(&policy, key, 1))).await;
    let allowed =
        answers.into_iter().filter(|answer| answer.as_ref().expect("it answers").is_allowed()).count();
    assert_eq!(allowed, 8, "two for each of four");
}

#[tokio::test]
async fn as_many_limits_as_may_be_on_one_request_are_counted() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let key = Key::from("alice");
    for strategy in Strategy::ALL {
        let policies: Vec<_> =
            (1..=31).map(|hours| policy(strategy, &format!("2 per {hours} hour"), "data")).collect();
        ask(&limiter, &policies, &key).await;
        ask(&limiter, &policies, &key).await;
        let refused = limiter.hit(&policies[30], &key, 1).await.expect("the server answers");
        assert!(!refused.is_allowed(), "{strategy}");
    }
}
