//! Data of others under the very names of our counters.

use futures_util::future::join;
use ratelimit_core::{Key, Policy, RateLimiter, Reset, Strategy};
use ratelimit_test_servers::Redis;

use crate::support::{NAMESPACE, commands, keys_of, left, limiter, policy};

/// What others could put at `name`: of another type, or of another length.
fn intrusions(name: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["SET", name, ""],
        vec!["SET", name, "short"],
        vec!["SET", name, "a text that is longer than the state of any counter could be"],
        vec!["HSET", name, "field", "value"],
        vec!["SADD", name, "member"],
        vec!["RPUSH", name, "short", "shorter"],
        vec!["RPUSH", name, "a", "text that is longer than any entry of a log"],
    ]
}

/// The name of alice's counter.
async fn name_of(redis: &Redis, limiter: &RateLimiter, policy: &Policy) -> String {
    let before = keys_of(redis);
    let _ = limiter.hit(policy, &Key::from("alice"), 1).await.expect("the server answers");
    keys_of(redis).into_keys().find(|name| !before.contains_key(name)).expect("a new counter")
}

#[tokio::test]
async fn they_fail_their_own_request_and_no_other_of_the_same_call() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let (alice, bob) = (Key::from("alice"), Key::from("bob"));
    for strategy in Strategy::ALL {
        let policy = policy(strategy, "1000/hour", strategy.name());
        let name = name_of(&redis, &limiter, &policy).await;
        for intrusion in intrusions(&name) {
            redis.command(&["DEL", &name]);
            redis.command(&intrusion);
            let before = left(&limiter, &policy, &bob).await;
            redis.command(&["CONFIG", "RESETSTAT"]);
            let (hers, his) = join(limiter.hit(&policy, &alice, 1), limiter.hit(&policy, &bob, 1)).await;
            assert_eq!(commands(&redis, "evalsha"), 1, "one call for both");
            let case = format!("{strategy}, {intrusion:?}");
            match hers {
                Err(error) => {
                    assert!(!error.is_transient(), "{case}: {error}");
                    assert!(!error.to_string().contains(&name), "{case}: {error}");
                }
                // A log whose last entry can't be is one that says nothing, and is begun anew.
                Ok(hers) => {
                    assert!(
                        strategy == Strategy::MovingWindow && intrusion[0] == "RPUSH",
                        "{case}: {hers:?}"
                    );
                    assert_eq!(hers.remaining(), 999, "{case}");
                }
            }
            let his = his.expect(&case);
            assert_eq!((his.is_allowed(), his.remaining()), (true, before - 1), "{case}");
            assert_eq!(left(&limiter, &policy, &bob).await, before - 1, "{case}");
        }
        let target = Reset::Counter { policy: &policy, key: &alice };
        limiter.reset(target).await.expect("what has our name can be forgotten");
        let hit = limiter.hit(&policy, &alice, 1).await.expect("it is well again");
        assert_eq!(hit.remaining(), 999, "{strategy}");
    }
}

#[tokio::test]
async fn they_do_not_keep_others_from_being_forgotten() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let policy = policy(Strategy::FixedWindow, "5/hour", "data");
    let name = name_of(&redis, &limiter, &policy).await;
    for intrusion in intrusions(&name) {
        redis.command(&["DEL", &name]);
        redis.command(&intrusion);
        for user in 0..20 {
            let _ = limiter.hit(&policy, &Key::from(user), 1).await.expect("the server answers");
        }
        let forgotten = limiter.reset(Reset::Namespace(NAMESPACE)).await.expect("no error of theirs");
        assert!((20..=21).contains(&forgotten), "{intrusion:?}: {forgotten}");
        assert_eq!(keys_of(&redis).len(), 0, "{intrusion:?}");
    }
}

#[tokio::test]
async fn names_that_are_no_text_are_forgotten_too() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let policy = policy(Strategy::FixedWindow, "5/hour", "data");
    let _ = limiter.hit(&policy, &Key::from("alice"), 1).await.expect("the server answers");
    redis.command(&["EVAL", "redis.call('SET', 'ratelimit:1:tests:{\\255', 'x')", "0"]);
    let forgotten = limiter.reset(Reset::Namespace(NAMESPACE)).await.expect("no error of theirs");
    assert!((1..=2).contains(&forgotten), "{forgotten}");
    assert_eq!(redis.query::<u64, _>(&["DBSIZE"]), 0);
}
