//! A refusal is repeated without asking the database, and not for longer than it is true or than was set.

mod support;

use std::time::Duration;

use ratelimit_core::{Decision, Key, ManualClock, Policy, RateLimiter, Reset, Strategy};

use self::support::{Database, alice, patient, policy, runtime};

const WINDOW: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);
const FORGET_BEHIND_ITS_BACK: &str = "truncate ratelimit_v1.counters, ratelimit_v1.hits";

async fn hit(limiter: &RateLimiter, policy: &Policy, key: &Key) -> Decision {
    limiter.hit(policy, key, 1).await.expect("an answer")
}

#[test]
fn a_refusal_is_remembered_for_as_long_as_was_set() {
    runtime().block_on(async {
        let (database, clock) = (Database::new().await, ManualClock::new());
        let storage = patient(&database.address()).clock(clock.clone()).remember_refusals(SECOND).build();
        let limiter = RateLimiter::new(storage.expect("right settings"));
        let (policy, key) = (policy(Strategy::FixedWindow, 1, WINDOW, "counter"), alice());
        assert!(hit(&limiter, &policy, &key).await.is_allowed());
        assert_eq!(hit(&limiter, &policy, &key).await.retry_after(), Some(WINDOW));

        database.execute(FORGET_BEHIND_ITS_BACK).await;
        clock.advance(SECOND / 2);
        assert_eq!(hit(&limiter, &policy, &key).await.retry_after(), Some(Duration::from_millis(59_500)));
        clock.advance(SECOND / 2);
        assert!(hit(&limiter, &policy, &key).await.is_allowed(), "asked again");
    });
}

#[test]
fn what_the_storage_itself_changes_it_knows_at_once() {
    runtime().block_on(async {
        let (database, clock) = (Database::new().await, ManualClock::new());
        let storage = patient(&database.address()).clock(clock.clone()).remember_refusals(WINDOW).build();
        let limiter = RateLimiter::new(storage.expect("right settings"));
        let (policy, key) = (policy(Strategy::FixedWindow, 1, WINDOW, "counter"), alice());
        let charged = hit(&limiter, &policy, &key).await;
        assert!(!hit(&limiter, &policy, &key).await.is_allowed());
        limiter.refund(&policy, &key, 1, charged.receipt()).await.expect("an answer");
        assert!(hit(&limiter, &policy, &key).await.is_allowed());

        assert!(!hit(&limiter, &policy, &key).await.is_allowed());
        limiter.reset(Reset::Counter { policy: &policy, key: &key }).await.expect("an answer");
        assert!(hit(&limiter, &policy, &key).await.is_allowed());
    });
}
