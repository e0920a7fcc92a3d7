//! What is left in the server: names, times to live, and how much.

use std::{collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use ratelimit_core::{Batch, Key, Policy, RateLimiter, Strategy};
use ratelimit_test_servers::Redis;

use crate::support::{admitted, keys_of, limiter, policy, policy_in, timed_limiter};

const SECRET: &str = "alice@example.org";

/// Hits, refusals and refunds of every strategy, for windows short and long.
async fn work(limiter: &RateLimiter) {
    for strategy in Strategy::ALL {
        for limit in ["3/minute", "2 per 90 second", "1/month", "5/100ms"] {
            let policy = policy_in("shop & co", strategy, limit, "checkout");
            for key in [Key::from(SECRET), Key::composite([Key::from(SECRET), Key::from(7)]), Key::global()] {
                let first = limiter.hit(&policy, &key, 1).await.expect("the server answers");
                limiter.refund(&policy, &key, 1, first.receipt()).await.expect("the server answers");
                for _ in 0..4 {
                    let _ = limiter.hit(&policy, &key, 1).await.expect("the server answers");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_key_leaves_by_itself_and_is_named_by_the_layout() {
    let redis = Redis::start();
    work(&limiter(&redis.uri())).await;
    let keys = keys_of(&redis);
    assert!(keys.len() >= 3, "each client's: {}", keys.len());
    for (name, found) in keys {
        // It may leave while we look.
        assert!(
            found.time_to_live > 0 || found.time_to_live == -2,
            "{name} lives for {}",
            found.time_to_live
        );
        let rest = name.strip_prefix("ratelimit:").expect("our names begin so");
        let (version, digests) = rest.split_once(":shop%20%26%20co:{").expect("the namespace, encoded");
        assert!(version.parse::<u32>().is_ok(), "{name}");
        let (client, counter) = digests.split_once("}:").expect("two digests");
        for (digest, length) in [(client, 16), (counter, 11)] {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            assert!(digest.len() == length && digest.chars().all(plain), "{name}");
        }
    }
}

#[tokio::test]
async fn no_client_s_key_is_in_the_server() {
    let redis = Redis::start();
    work(&limiter(&redis.uri())).await;
    let holds = |bytes: &[u8]| bytes.windows(5).any(|part| part == &SECRET.as_bytes()[..5]);
    for (name, found) in keys_of(&redis) {
        assert!(!holds(name.as_bytes()) && !holds(&found.value), "{name}");
    }
}

#[tokio::test]
async fn state_is_of_one_size_but_for_the_log_which_is_no_longer_than_the_amount() {
    let redis = Redis::start();
    let (limiter, clock) = timed_limiter(&redis.uri());
    let policies = Strategy::ALL.map(|strategy| policy(strategy, "50/second", "data"));
    let mut sizes = BTreeMap::new();
    for step in 0..40_u64 {
        for _ in 0..60 {
            clock.advance(Duration::from_micros(step * 300 + 1));
            join_all(policies.iter().map(|policy| hit(&limiter, policy))).await;
        }
        for (name, found) in keys_of(&redis) {
            if found.kind == "list" {
                assert!(found.length <= 51, "{name} has {} entries", found.length);
                assert!(found.value.len() <= 16 * found.length, "{name}: {found:?}");
            } else {
                let size = sizes.entry(name.clone()).or_insert(found.value.len());
                assert_eq!(*size, found.value.len(), "{name}");
            }
        }
    }
    assert!((1..=3).contains(&sizes.len()), "{sizes:?}");
}

async fn hit(limiter: &RateLimiter, policy: &Policy) {
    let _ = limiter.hit(policy, &Key::from("alice"), 1).await.expect("the server answers");
}

/// By a clock that stands still, and by the server's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hits_of_one_microsecond_count_exactly() {
    let redis = Redis::start();
    for (name, limiter) in [("still", timed_limiter(&redis.uri()).0), ("server", limiter(&redis.uri()))] {
        for strategy in [Strategy::MovingWindow, Strategy::FixedWindow, Strategy::SlidingWindow] {
            let policy = policy(strategy, "50/hour", name);
            assert_eq!(admitted(&limiter, &policy, &Key::from("alice"), 200).await, 50, "{name} {strategy}");
        }
    }
    let lists = keys_of(&redis).into_values().filter(|found| found.kind == "list").map(|found| found.length);
    assert_eq!(lists.min(), Some(2), "hits of one microsecond are one entry");
}

#[tokio::test]
async fn looking_and_being_refused_write_nothing() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let key = Key::from("alice");
    let policies = Strategy::ALL.map(|strategy| policy(strategy, "2/hour", "data"));
    let mut batch = Batch::new();
    for policy in &policies {
        batch.push(policy, &key, 3);
    }
    assert!(!limiter.hit_all(&batch).await.expect("the server answers").all_allowed());
    assert!(!limiter.peek_all(&batch).await.expect("the server answers").all_allowed());
    assert_eq!(keys_of(&redis).len(), 0);
}

/// To give back takes a step for each hit since, and the server does nothing else meanwhile.
#[tokio::test]
async fn what_a_log_has_gone_a_thousand_hits_beyond_is_not_given_back() {
    let redis = Redis::start();
    let (limiter, clock) = timed_limiter(&redis.uri());
    for (later, given_back) in [(999, true), (1_000, false)] {
        let (policy, key) = (policy(Strategy::MovingWindow, "5000/hour", "log"), Key::from(later));
        let first = limiter.hit(&policy, &key, 1).await.expect("the server answers");
        for _ in 0..later {
            clock.advance(Duration::from_micros(1));
            let _ = limiter.hit(&policy, &key, 1).await.expect("the server answers");
        }
        limiter.refund(&policy, &key, 1, first.receipt()).await.expect("the server answers");
        let left = limiter.stats(&policy, &key).await.expect("the server answers").remaining();
        assert_eq!(left, 5_000 - later - u64::from(!given_back), "after {later} more");
    }
}
