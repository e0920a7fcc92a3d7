//! Refusals are remembered: who knocks on costs the server nothing, and nobody waits a moment longer for it.

use std::time::Duration;

use ratelimit_core::{Key, ManualClock, Policy, RateLimiter, Reset, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::Redis;

use crate::support::{NAMESPACE, commands, limiter_of, policy};

/// What a process remembers, by a clock set by hand.
fn remembering(redis: &Redis, clock: &ManualClock, at_most: Duration) -> RateLimiter {
    limiter_of(RedisStorage::builder(&redis.uri()).clock(clock.clone()).remember_refusals(at_most))
}

/// The policy's decision on one more of alice's, and how many calls that cost the server.
async fn knock(redis: &Redis, limiter: &RateLimiter, policy: &Policy) -> (bool, u64) {
    let before = commands(redis, "evalsha");
    let decision = limiter.hit(policy, &alice(), 1).await.expect("the server answers");
    (decision.is_allowed(), commands(redis, "evalsha") - before)
}

fn alice() -> Key {
    Key::from("alice")
}

/// Takes all of it, and is refused once; answers how long to wait.
async fn spend(limiter: &RateLimiter, policy: &Policy) -> Duration {
    loop {
        let decision = limiter.hit(policy, &alice(), 1).await.expect("the server answers");
        if let Some(wait) = decision.retry_after() {
            return wait;
        }
    }
}

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_refused_client_costs_no_call_until_its_wait_is_over() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = remembering(&redis, &clock, HOUR);
    for strategy in Strategy::ALL {
        let policy = policy(strategy, "2/minute", "data");
        let wait = spend(&limiter, &policy).await;
        for _ in 0..50 {
            clock.advance(wait.saturating_sub(Duration::from_micros(2)) / 50);
            assert_eq!(knock(&redis, &limiter, &policy).await, (false, 0), "{strategy}");
        }
        let told = limiter.hit(&policy, &alice(), 1).await.expect("it is remembered").retry_after();
        clock.advance(told.expect("it passes some time"));
        assert_eq!(knock(&redis, &limiter, &policy).await, (true, 1), "{strategy}");
    }
}

#[tokio::test]
async fn a_refusal_is_remembered_no_longer_than_set() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = remembering(&redis, &clock, Duration::from_secs(1));
    let policy = policy(Strategy::FixedWindow, "1/minute", "data");
    spend(&limiter, &policy).await;
    for _ in 0..3 {
        clock.advance(Duration::from_nanos(999_999_999));
        assert_eq!(knock(&redis, &limiter, &policy).await, (false, 0));
        clock.advance(Duration::from_nanos(1));
        assert_eq!(knock(&redis, &limiter, &policy).await, (false, 1));
    }
}

/// Against a storage that always asks, at odd moments down to the nanosecond.
#[tokio::test]
async fn nobody_is_refused_whom_the_server_would_let_pass() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let (limiter, asking) = (remembering(&redis, &clock, HOUR), remembering(&redis, &clock, Duration::ZERO));
    let mut odd = 1_u64;
    for strategy in Strategy::ALL {
        let policy = policy(strategy, "3/second", "data");
        let mut passed = 0;
        for step in 0..400_u64 {
            odd = odd.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            clock.advance(Duration::from_nanos(
                (odd >> 33) % [1_000, 1_000_000, 400_000_000][(step % 3) as usize],
            ));
            if step % 7 == 0 {
                let told = asking.peek(&policy, &alice(), 1).await.expect("the server answers").retry_after();
                clock.advance(told.unwrap_or_default());
            }
            let expected = asking.peek(&policy, &alice(), 1).await.expect("the server answers").is_allowed();
            let found = limiter.hit(&policy, &alice(), 1).await.expect("the server answers").is_allowed();
            assert_eq!(found, expected, "{strategy}, step {step}");
            passed += u64::from(found);
        }
        assert!((50..350).contains(&passed), "both occur: {strategy}, {passed}");
    }
}

#[tokio::test]
async fn zero_remembers_nothing() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = remembering(&redis, &clock, Duration::ZERO);
    let policy = policy(Strategy::FixedWindow, "1/minute", "data");
    spend(&limiter, &policy).await;
    for _ in 0..5 {
        assert_eq!(knock(&redis, &limiter, &policy).await, (false, 1));
    }
}

#[tokio::test]
async fn looking_is_answered_from_memory_too_and_remembered() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let (limiter, other) = (remembering(&redis, &clock, HOUR), remembering(&redis, &clock, HOUR));
    let policy = policy(Strategy::TokenBucket, "2/minute", "data");
    spend(&limiter, &policy).await;
    let before = commands(&redis, "evalsha");
    let looked = limiter.peek(&policy, &alice(), 1).await.expect("it is remembered");
    assert!(!looked.is_allowed() && looked.retry_after().is_some());
    assert_eq!(commands(&redis, "evalsha"), before);
    // Another process learns of it by looking.
    assert!(!other.peek(&policy, &alice(), 1).await.expect("the server answers").is_allowed());
    assert_eq!(knock(&redis, &other, &policy).await, (false, 0));
    // What is left is another question.
    assert_eq!(limiter.stats(&policy, &alice()).await.expect("the server answers").remaining(), 0);
    assert_eq!(commands(&redis, "evalsha"), before + 2);
}

#[tokio::test]
async fn what_another_process_resets_shows_within_the_time_set() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = remembering(&redis, &clock, Duration::from_secs(1));
    let other = remembering(&redis, &clock, Duration::from_secs(1));
    let policy = policy(Strategy::FixedWindow, "1/hour", "data");
    spend(&limiter, &policy).await;
    other.reset(Reset::Namespace(NAMESPACE)).await.expect("the server answers");
    clock.advance(Duration::from_secs(1));
    assert_eq!(knock(&redis, &limiter, &policy).await, (true, 1));
}
