//! What a storage itself resets and gives back it knows at once, whatever else is on its way.

use std::time::Duration;

use futures_util::future::join;
use ratelimit_core::{Key, Policy, RateLimiter, Reset, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::{DelayingProxy, Flow, Redis};
use tokio::time::timeout;

use crate::support::{NAMESPACE, commands, eventually, limiter_of, policy};

/// Remembers for as long as a refusal holds.
fn remembering(uri: &str) -> RateLimiter {
    limiter_of(RedisStorage::builder(uri).remember_refusals(Duration::from_hours(1)))
}

fn alice() -> Key {
    Key::from("alice")
}

async fn passes(limiter: &RateLimiter, policy: &Policy) -> bool {
    limiter.hit(policy, &alice(), 1).await.expect("the server answers").is_allowed()
}

#[tokio::test]
async fn its_own_reset_is_known_at_once() {
    let redis = Redis::start();
    let limiter = remembering(&redis.uri());
    let (policy, key) = (policy(Strategy::FixedWindow, "1/hour", "data"), alice());
    let targets = [
        Reset::Counter { policy: &policy, key: &key },
        Reset::Key { namespace: NAMESPACE, key: &key },
        Reset::Namespace(NAMESPACE),
    ];
    for target in targets {
        assert!(passes(&limiter, &policy).await, "{target:?}");
        assert!(!passes(&limiter, &policy).await && !passes(&limiter, &policy).await, "{target:?}");
        limiter.reset(target).await.expect("the server answers");
    }
    assert!(passes(&limiter, &policy).await);
}

#[tokio::test]
async fn its_own_refund_is_known_at_once() {
    let redis = Redis::start();
    let limiter = remembering(&redis.uri());
    for strategy in Strategy::ALL {
        let policy = policy(strategy, "1/hour", "data");
        let hit = limiter.hit(&policy, &alice(), 1).await.expect("the server answers");
        assert!(!passes(&limiter, &policy).await, "{strategy}");
        limiter.refund(&policy, &alice(), 1, hit.receipt()).await.expect("the server answers");
        assert!(passes(&limiter, &policy).await, "{strategy}");
    }
}

/// The refusal was true when the server gave it, and is not any more when its answer is here.
#[tokio::test]
async fn a_refusal_overtaken_by_a_refund_is_not_remembered() {
    let redis = Redis::start();
    let proxy = DelayingProxy::start(redis.port());
    let limiter = remembering(&redis.uri_at(proxy.port()));
    let policy = policy(Strategy::FixedWindow, "1/hour", "data");
    let hit = limiter.hit(&policy, &alice(), 1).await.expect("the server answers");
    limiter.refund(&policy, &alice(), 1, hit.receipt()).await.expect("the server answers");

    let hit = limiter.hit(&policy, &alice(), 1).await.expect("the server answers");
    redis.command(&["CONFIG", "RESETSTAT"]);
    proxy.to_client(Flow::Stall);
    let key = alice();
    let asked = limiter.hit(&policy, &key, 1);
    let given_back = async {
        eventually("the refusal", || async { commands(&redis, "evalsha") == 1 }).await;
        limiter.refund(&policy, &key, 1, hit.receipt()).await
    };
    let arrived = async {
        eventually("the refund", || async { commands(&redis, "evalsha") == 2 }).await;
        proxy.to_client(Flow::Pass);
    };
    let ((asked, given_back), ()) = join(join(asked, given_back), arrived).await;
    given_back.expect("the server answers");
    assert!(!asked.expect("the server answers").is_allowed(), "it came first");
    assert!(passes(&limiter, &policy).await);
}

/// Whose caller stops waiting at its deadline, as the Actix layer does; the server does it nonetheless.
#[tokio::test]
async fn a_change_that_is_given_up_is_known_too() {
    let redis = Redis::start();
    let proxy = DelayingProxy::start(redis.port());
    let limiter = remembering(&redis.uri_at(proxy.port()));
    let (policy, key) = (policy(Strategy::FixedWindow, "1/hour", "data"), alice());
    let hit = limiter.hit(&policy, &key, 1).await.expect("the server answers");
    let given_back = limiter.refund(&policy, &key, 1, hit.receipt()).await;
    given_back.expect("the script is known from here on");
    let hit = limiter.hit(&policy, &key, 1).await.expect("the server answers");
    limiter.reset(Reset::Counter { policy: &policy, key: &Key::from("bob") }).await.expect("as that one");

    let patience = Duration::from_millis(100);
    for change in ["refund", "reset"] {
        assert!(!passes(&limiter, &policy).await, "{change}");
        redis.command(&["CONFIG", "RESETSTAT"]);
        proxy.to_client(Flow::Stall);
        let given_up = match change {
            "refund" => timeout(patience, limiter.refund(&policy, &key, 1, hit.receipt())).await.is_err(),
            _ => {
                timeout(patience, limiter.reset(Reset::Counter { policy: &policy, key: &key })).await.is_err()
            }
        };
        assert!(given_up, "{change}");
        eventually(change, || async { commands(&redis, "evalsha") == 1 }).await;
        proxy.to_client(Flow::Pass);
        assert!(passes(&limiter, &policy).await, "{change}");
    }
}

#[tokio::test]
async fn a_refusal_overtaken_by_a_reset_is_not_remembered() {
    let redis = Redis::start();
    let limiter = remembering(&redis.uri());
    let (policy, key) = (policy(Strategy::FixedWindow, "1/hour", "data"), alice());
    for _ in 0..100 {
        assert!(passes(&limiter, &policy).await);
        let target = Reset::Counter { policy: &policy, key: &key };
        let (reset, asked) = join(limiter.reset(target), limiter.hit(&policy, &key, 1)).await;
        reset.expect("the server answers");
        let refused = !asked.expect("the server answers").is_allowed();
        assert_eq!(passes(&limiter, &policy).await, refused);
        limiter.reset(target).await.expect("the server answers");
    }
}
