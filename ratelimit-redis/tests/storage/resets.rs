//! Forgetting finds what is to be forgotten, and leaves everybody else's alone.

use std::time::Duration;

use futures_util::future::join_all;
use ratelimit_core::{Key, RateLimiter, Reset, Strategy};
use ratelimit_test_servers::{Cluster, Redis};
use tokio::time::sleep;

use crate::support::{NAMESPACE, commands, keys_of, limiter, policy, policy_in};

/// Names that look like ours, of other versions, namespaces and apps, and of other types.
fn neighbours(name: &str) -> Vec<Vec<String>> {
    let (version, rest) = name["ratelimit:".len()..].split_once(':').expect("the version comes first");
    let renamed = [
        format!("ratelimit:0:{rest}"),
        format!("ratelimit:1{version}:{rest}"),
        format!("ratelimit::{rest}"),
        format!("app:{name}"),
        name.replace(NAMESPACE, "tests2"),
        name.replace(NAMESPACE, "test"),
        name.replace(NAMESPACE, "a:tests"),
        name.replace(":tests:", "::tests:"),
        "session:alice".to_owned(),
    ];
    let as_text = renamed.iter().map(|name| vec!["SET".to_owned(), name.clone(), "theirs".to_owned()]);
    let as_list =
        renamed.iter().map(|name| vec!["RPUSH".to_owned(), format!("l{name}"), "theirs".to_owned()]);
    let as_hash = ["HSET", "tests", "field", "value"].map(str::to_owned).to_vec();
    as_text.chain(as_list).chain([as_hash]).collect()
}

#[tokio::test]
async fn what_others_keep_is_never_touched() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let policies = Strategy::ALL.map(|strategy| policy(strategy, "5/hour", "data"));
    let alice = Key::from("alice");
    for target in [Reset::Namespace(NAMESPACE), Reset::Key { namespace: NAMESPACE, key: &alice }] {
        for policy in &policies {
            let _ = limiter.hit(policy, &alice, 1).await.expect("the server answers");
        }
        let ours = keys_of(&redis);
        for words in neighbours(ours.keys().next().expect("a counter")) {
            redis.command(&words);
        }
        let before = keys_of(&redis);
        assert_eq!(limiter.reset(target).await.expect("the server answers"), 4);
        let after = keys_of(&redis);
        let theirs: Vec<_> = before.keys().filter(|name| !ours.contains_key(*name)).collect();
        assert_eq!(after.keys().collect::<Vec<_>>(), theirs);
        redis.command(&["FLUSHALL"]);
    }
}

#[tokio::test]
async fn a_namespace_is_a_name_and_no_pattern() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let odd = ["te*", "t?sts", "[a-z]ests", "tests:{", "te\\sts", "", "ü"];
    for namespace in odd.into_iter().chain([NAMESPACE]) {
        let policy = policy_in(namespace, Strategy::FixedWindow, "5/hour", "data");
        let _ = limiter.hit(&policy, &Key::from("alice"), 1).await.expect("the server answers");
    }
    for namespace in odd {
        let forgotten = limiter.reset(Reset::Namespace(namespace)).await.expect("the server answers");
        assert_eq!(forgotten, 1, "{namespace}");
    }
    assert_eq!(keys_of(&redis).len(), 1);
}

#[tokio::test]
async fn a_counter_is_forgotten_without_looking_for_it() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let (policy, key) = (policy(Strategy::MovingWindow, "5/hour", "data"), Key::from("alice"));
    let _ = limiter.hit(&policy, &key, 1).await.expect("the server answers");
    assert_eq!(limiter.reset(Reset::Counter { policy: &policy, key: &key }).await.expect("it answers"), 1);
    assert_eq!((commands(&redis, "scan"), commands(&redis, "keys")), (0, 0));
}

/// Makes 20,000 counters, of which 5,000 are another namespace's; forgets and counts.
async fn forgets_15_000_of_20_000(limiter: &RateLimiter, servers: &[Redis]) {
    let policies = [NAMESPACE, NAMESPACE, NAMESPACE, "others"]
        .map(|namespace| policy_in(namespace, Strategy::FixedWindow, "5/hour", "data"));
    for thousand in 0..20 {
        let keys: Vec<_> = (thousand * 1_000..(thousand + 1) * 1_000_u64).map(Key::from).collect();
        let hits = keys.iter().zip(policies.iter().cycle()).map(|(key, policy)| limiter.hit(policy, key, 1));
        for hit in join_all(hits).await {
            assert!(hit.expect("the server answers").is_allowed());
        }
    }
    let held = || servers.iter().map(|server| server.query::<u64, _>(&["DBSIZE"])).sum::<u64>();
    assert_eq!(held(), 20_000);
    assert_eq!(limiter.reset(Reset::Namespace(NAMESPACE)).await.expect("the server answers"), 15_000);
    assert_eq!(held(), 5_000);
    for server in servers {
        assert_eq!(commands(server, "keys"), 0, "KEYS would stop the server for long");
        assert!(commands(server, "scan") >= 3);
    }
}

#[tokio::test]
async fn twenty_thousand_counters_are_gone_through_page_by_page() {
    let redis = Redis::start();
    forgets_15_000_of_20_000(&limiter(&redis.uri()), &[redis]).await;
}

#[tokio::test]
async fn every_master_of_a_cluster_is_gone_through() {
    let cluster = Cluster::start();
    let uri = format!("redis+cluster://{}", cluster.addresses().join(","));
    forgets_15_000_of_20_000(&limiter(&uri), cluster.nodes()).await;
}

/// A node that nobody has met doesn't know its own address.
#[tokio::test]
async fn a_cluster_of_one_node_forgets_too() {
    let node = Redis::builder().config("cluster-enabled yes").start();
    node.command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    while node.query::<String, _>(&["CLUSTER", "INFO"]).contains("cluster_state:fail") {
        sleep(Duration::from_millis(10)).await;
    }
    let limiter = limiter(&format!("redis+cluster://127.0.0.1:{}", node.port()));
    let policy = policy(Strategy::FixedWindow, "5/hour", "data");
    for user in 0..20 {
        let _ = limiter.hit(&policy, &Key::from(user), 1).await.expect("the cluster answers");
    }
    assert_eq!(limiter.reset(Reset::Namespace(NAMESPACE)).await.expect("the cluster answers"), 20);
    assert_eq!(keys_of(&node).len(), 0);
}
