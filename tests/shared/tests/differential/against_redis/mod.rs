//! Memory and Redis under one clock, which goes in whole microseconds, as a server's does.
//!
//! They say the same of whether, how much and for how long, with waits rounded up to the microsecond. Schedules leave
//! out what is tested by itself or known to differ, by design:
//!
//! * **A bucket whose burst changes**:
//!   see [`a_bucket_made_smaller_tells_how_long_it_takes_to_come_back`].
//! * **A bucket whose amount changes while it owes a part of a microsecond.** Memory keeps parts of a nanosecond, in
//!   `1 / amount`, Redis parts of a microsecond; each takes the part as one of the new amount's. So a bucket whose
//!   amount changes here has tokens of whole microseconds.
//! * **A sliding window that is no whole number of microseconds.** Redis rounds it up.
//! * **Sliding windows of amounts above 2⁵³ and buckets of amounts above 2⁴²**, where numbers in Lua round.

mod run;
mod schedule;

use std::{cell::Cell, env, time::Duration};

use proptest::{
    strategy::Strategy as Generator,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use ratelimit_core::{Key, Limit, ManualClock, Policy, Quota, RateLimiter, Reset, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::{Cluster, Redis};
use tokio::runtime::{Builder, Runtime};

use self::{
    run::Both,
    schedule::{Schedule, schedules, wrapping},
};

/// How many schedules of some thirty steps a test runs; `PROPTEST_CASES` in the environment asks for another number.
const SCHEDULES: u32 = 250;

#[test]
fn fixed_windows_agree() {
    agree(schedules(&[Strategy::FixedWindow]), &Redis::start().uri());
}

#[test]
fn sliding_windows_agree() {
    agree(schedules(&[Strategy::SlidingWindow]), &Redis::start().uri());
}

#[test]
fn moving_windows_agree() {
    agree(schedules(&[Strategy::MovingWindow]), &Redis::start().uri());
}

#[test]
fn moving_windows_agree_when_their_sums_wrap() {
    agree(wrapping(), &Redis::start().uri());
}

#[test]
fn token_buckets_agree() {
    agree(schedules(&[Strategy::TokenBucket]), &Redis::start().uri());
}

#[test]
fn strategies_agree_side_by_side() {
    agree(schedules(&Strategy::ALL), &Redis::start().uri());
}

/// A batch of several keys is charged in several steps there; when nobody comes between, nothing of that shows.
#[test]
fn strategies_agree_side_by_side_in_a_cluster() {
    let cluster = Cluster::start();
    agree(schedules(&Strategy::ALL), &format!("redis+cluster://{}", cluster.addresses().join(",")));
}

#[test]
fn a_bucket_made_smaller_tells_how_long_it_takes_to_come_back() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = RateLimiter::new(storage(&redis.uri(), &clock));
    let key = Key::global();
    let policy = |burst| {
        let limit = Limit::new(1, Duration::from_secs(1)).expect("a window in range");
        let quota = Quota::new(limit, Strategy::TokenBucket).with_burst(burst).expect("a bucket that fills");
        Policy::new(quota, "", ["bucket"])
    };
    runtime().block_on(async {
        assert!(limiter.hit(&policy(10), &key, 10).await.expect("a server that answers").is_allowed());
        let lowered = limiter.peek(&policy(3), &key, 1).await.expect("a server that answers");
        assert_eq!(lowered.remaining(), 0);
        assert_eq!(lowered.retry_after(), Some(Duration::from_secs(8)), "as in memory");
        clock.advance(Duration::from_secs(8));
        assert!(limiter.hit(&policy(3), &key, 1).await.expect("a server that answers").is_allowed());
    });
}

/// Seldom met by chance: the current window's only charge is given back, and the previous count is all there is.
#[test]
fn a_sliding_window_with_only_a_previous_count_ends_with_it() {
    let (redis, clock) = (Redis::start(), ManualClock::new());
    let limiter = RateLimiter::new(storage(&redis.uri(), &clock));
    let key = Key::global();
    let window = Duration::from_mins(1);
    let limit = Limit::new(3, window).expect("a window in range");
    let policy = Policy::new(Quota::new(limit, Strategy::SlidingWindow), "", ["windows"]);
    runtime().block_on(async {
        assert!(limiter.hit(&policy, &key, 1).await.expect("a server that answers").is_allowed());
        clock.advance(window);
        let current = limiter.hit(&policy, &key, 1).await.expect("a server that answers");
        limiter.refund(&policy, &key, 1, current.receipt()).await.expect("a server that answers");
        clock.advance(window);
        let target = Reset::Counter { policy: &policy, key: &key };
        assert_eq!(limiter.reset(target).await.expect("a server that answers"), 0);
    });
}

/// Runs schedules until one doesn't come to the same in memory and at `uri`.
#[track_caller]
fn agree(schedules: impl Generator<Value = Schedule>, uri: &str) {
    let runtime = runtime();
    let case = Cell::new(0);
    let cases = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(SCHEDULES);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&schedules, |schedule| {
        case.set(case.get() + 1);
        let clock = ManualClock::new();
        let redis = storage(uri, &clock);
        let both = Both::new(&case.get().to_string(), clock, redis, &schedule);
        runtime.block_on(both.run(&schedule.steps)).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, schedule)) => panic!("{reason}\nThe schedule:\n{schedule}"),
        Err(other) => panic!("{other}"),
    }
}

fn storage(uri: &str, clock: &ManualClock) -> RedisStorage {
    let builder = RedisStorage::builder(uri)
        .clock(clock.clone())
        .remember_refusals(Duration::ZERO) // so that the server is asked
        .connect_timeout(Duration::from_secs(30))
        .response_timeout(Duration::from_secs(30));
    builder.build().expect("a server's URI")
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
