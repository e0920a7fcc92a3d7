//! Whose clock counts: the server's, whatever this machine's says.

use std::time::Duration;

use ratelimit_core::{Key, Strategy, Timestamp};
use ratelimit_test_servers::Redis;

use crate::support::{limiter, policy, timed_limiter};

fn time_of(redis: &Redis) -> Timestamp {
    let (seconds, micros): (u64, u64) = redis.query(&["TIME"]);
    Timestamp::from_nanos((seconds * 1_000_000 + micros) * 1_000)
}

#[tokio::test]
async fn receipts_tell_the_server_s_time() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    for strategy in Strategy::ALL {
        let before = time_of(&redis);
        let policy = policy(strategy, "5/minute", "data");
        let decision = limiter.hit(&policy, &Key::from("alice"), 1).await.expect("the server answers");
        let receipt = decision.receipt();
        let between = before..=time_of(&redis);
        assert!(between.contains(&receipt.charged_at), "{strategy}: {receipt:?} is not in {between:?}");
        assert!(receipt.full_at > receipt.charged_at, "{strategy}");
    }
}

/// A process whose clock is set by hand stands for one whose clock is wrong: those that go by the server's
/// share none of its time.
#[tokio::test]
async fn another_process_s_wrong_clock_changes_nothing() {
    let redis = Redis::start();
    let (wrong, clock) = timed_limiter(&redis.uri());
    let right = limiter(&redis.uri());
    clock.advance(Duration::from_hours(24 * 365));
    for strategy in Strategy::ALL {
        let (policy, key) = (policy(strategy, "3/hour", "data"), Key::from("alice"));
        let first = right.hit(&policy, &key, 1).await.expect("the server answers");
        assert_eq!(first.remaining(), 2, "{strategy}");
        // Its time is 1971: nothing of today has left then.
        let _ = wrong.peek(&policy, &key, 1).await.expect("the server answers");
        let second = right.hit(&policy, &key, 1).await.expect("the server answers");
        assert_eq!(second.remaining(), 1, "{strategy}");
        let passed = second.receipt().charged_at.since(first.receipt().charged_at);
        assert!(passed < Duration::from_mins(1), "{strategy}");
    }
}

/// As by a failover to a server whose clock is behind: two clocks stand for that. A bucket waits until the clock has
/// caught up, and says so.
#[tokio::test]
async fn a_clock_set_back_makes_nobody_wait_for_more_than_a_window_longer() {
    let redis = Redis::start();
    let minute = Duration::from_mins(1);
    for back in [Duration::from_secs(1), minute, minute * 3, Duration::from_hours(1)] {
        for (strategy, longest) in [
            (Strategy::FixedWindow, minute * 2),
            (Strategy::SlidingWindow, minute * 3),
            (Strategy::MovingWindow, minute * 2),
            (Strategy::TokenBucket, minute + back),
        ] {
            let (before, ahead) = timed_limiter(&redis.uri());
            let (limiter, clock) = timed_limiter(&redis.uri());
            clock.advance(Duration::from_hours(10));
            ahead.advance(Duration::from_hours(10) + back);
            let (policy, key) = (policy(strategy, "3/minute", &format!("{back:?}")), Key::from("alice"));
            let hit = before.hit(&policy, &key, 3).await.expect("the server answers");
            assert!(hit.is_allowed(), "{strategy}");

            let refused = limiter.hit(&policy, &key, 1).await.expect("the server answers");
            let wait = refused.retry_after().unwrap_or_default();
            assert!(wait <= longest, "{strategy}, {back:?}: {wait:?}");
            clock.advance(wait);
            let waited = refused.is_allowed() || {
                let again = limiter.hit(&policy, &key, 1).await.expect("the server answers");
                again.is_allowed()
            };
            assert!(waited, "{strategy}, {back:?}: told to wait {wait:?}");
        }
    }
}
