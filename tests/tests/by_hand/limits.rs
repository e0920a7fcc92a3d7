//! `Limiter::limit`

use std::time::Duration;

use futures_util::future::join_all;
use ratelimit_actix::{Limiter, OnError, Strategy};
use ratelimit_tests::{Backend, FailingStorage, Mood};

use super::limiter;

#[actix_web::test]
async fn it_counts_and_says_when_to_come_back() {
    for backend in Backend::ALL {
        let (limiter, clock) = limiter(backend, Limiter::builder());
        let limit = limiter.limit("2/minute; 50/day").key("ada");
        assert_eq!(limit.hit().await.expect("an answer").remaining(), 1);
        for _ in 0..2 {
            let left = limit.peek().await.expect("an answer");
            assert_eq!((left.is_allowed(), left.remaining()), (true, 1));
        }
        assert_eq!(limit.hit().await.expect("an answer").remaining(), 0);
        let refused = limit.hit().await.expect("an answer");
        assert_eq!((refused.is_allowed(), refused.retry_after()), (false, Some(Duration::from_mins(1))));
        assert!(!limit.peek().await.expect("an answer").is_allowed());
        assert!(limiter.limit("2/minute").key("bob").hit().await.expect("an answer").is_allowed());
        clock.advance(Duration::from_mins(1));
        let day = limit.clone().cost(2).hit().await.expect("an answer");
        assert!(day.is_allowed());
        // Of the day's fifty four are used: what the minute refused took nothing.
        let day = limiter.limit("50/day").key("ada").cost(0).peek().await.expect("an answer");
        assert_eq!(day.remaining(), 46, "{backend:?}");
    }
}

#[actix_web::test]
async fn names_strategies_and_amounts_count_apart() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder());
    let limits = [
        limiter.limit("1/minute"),
        limiter.limit("1/minute").scope("mails"),
        limiter.limit("1/minute").strategy(Strategy::SlidingWindow),
        limiter.limit("1/hour"),
        limiter.limit("1/minute").key(7_u64),
    ];
    for limit in &limits {
        assert!(limit.hit().await.expect("an answer").is_allowed(), "{limit:?}");
        assert!(!limit.hit().await.expect("an answer").is_allowed(), "{limit:?}");
    }
    let bucket = limiter.limit("1/second").strategy(Strategy::TokenBucket).burst(3);
    assert!(bucket.cost(3).hit().await.expect("an answer").is_allowed());
    let two = limiter.limit("5/minute; 3/minute").scope("two");
    assert_eq!(two.hit().await.expect("an answer").remaining(), 2);
    assert_eq!(two.hit().await.expect("an answer").remaining(), 1, "each its own counter");
}

#[actix_web::test]
async fn any_number_at_once_take_no_more_than_there_is() {
    for backend in Backend::ALL {
        let (limiter, _) = limiter(backend, Limiter::builder());
        let limit = limiter.limit("5/minute").key("ada");
        let answers = join_all((0..100).map(|_| limit.hit())).await;
        let allowed = answers.into_iter().filter(|answer| answer.as_ref().expect("an answer").is_allowed());
        assert_eq!(allowed.count(), 5, "{backend:?}");
    }
}

#[actix_web::test]
async fn what_cannot_be_asked_is_an_error() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder());
    for (limit, part) in [
        (limiter.limit("5/minuet"), "did you mean `minute`?"),
        (limiter.limit(""), "there are no limits"),
        (limiter.limit("5/minute").key(""), "the key is missing"),
        (limiter.limit("5/minute").key(None::<u64>), "the key is missing"),
        (limiter.limit("5/minute").burst(3), "token_bucket"),
    ] {
        let error = limit.hit().await.expect_err(part);
        assert!(error.to_string().contains(part) && !error.is_storage(), "{error}");
        assert_eq!(limit.peek().await.expect_err(part), error);
    }
}

#[actix_web::test]
async fn while_the_storage_fails_it_does_as_on_error_says() {
    let storage = FailingStorage::new(ratelimit_actix::MemoryStorage::new());
    storage.set(Mood::Broken);
    let limiter = Limiter::builder().storage(storage).build().expect("right settings");
    let limit = limiter.limit("1/minute").key("ada");
    assert!(limit.hit().await.expect("memory").is_allowed());
    assert!(!limit.hit().await.expect("memory").is_allowed());
    let open = limit.clone().on_error(OnError::Open);
    assert!(open.hit().await.expect("nobody").is_allowed());
    let closed = limit.on_error(OnError::Closed).hit().await.expect_err("turned away");
    assert!(closed.is_storage(), "{closed}");
}

#[actix_web::test]
async fn switched_off_it_lets_everything_pass() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder().enabled(false));
    let limit = limiter.limit("1/minute");
    for _ in 0..3 {
        assert!(limit.hit().await.expect("an answer").is_allowed());
    }
}

/// Jobs run on other threads.
#[test]
fn its_futures_can_be_sent() {
    fn check(_: impl Send) {}
    let limiter = Limiter::builder().build().expect("right settings");
    let limit = limiter.limit("1/minute");
    check(limit.hit());
    check(limiter.peek("ada"));
    check(limiter.reset("ada"));
    check(limiter.reset_all());
}
