//! `Limiter::limit`

use std::time::Duration;

use futures_util::future::join_all;
use ratelimit_actix::{HitError, Limiter, OnError, Strategy};
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

#[actix_web::test]
async fn in_shadow_it_counts_and_lets_everything_pass() {
    for backend in Backend::ALL {
        let (limiter, _) = limiter(backend, Limiter::builder().shadow(true));
        let limit = limiter.limit("2/minute").key("ada").name("mails");
        let mut left = Vec::new();
        for _ in 0..4 {
            let decision = limit.hit().await.expect("an answer");
            assert!(decision.is_allowed() && decision.retry_after().is_none(), "{backend:?}");
            left.push(decision.remaining());
        }
        assert_eq!(left, [1, 0, 0, 0]);
        let peeked = limit.peek().await.expect("an answer");
        assert_eq!((peeked.is_allowed(), peeked.remaining()), (true, 0));
    }
}

#[actix_web::test]
async fn a_name_changes_no_counter() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder());
    assert!(limiter.limit("1/minute").name("one").hit().await.expect("an answer").is_allowed());
    assert!(!limiter.limit("1/minute").name("two").hit().await.expect("an answer").is_allowed());
}

#[actix_web::test]
async fn what_is_given_back_is_there_again_in_all_limits() {
    for backend in Backend::ALL {
        for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::MovingWindow] {
            let (limiter, _) = limiter(backend, Limiter::builder().strategy(strategy));
            let limit = limiter.limit("5/minute; 7/day").key("ada").cost(4);
            let reservation = limit.reserve().await.expect("an answer");
            assert!(reservation.is_allowed());
            assert_eq!(reservation.decision().remaining(), 1);
            let refused = limit.reserve().await.expect("an answer");
            assert!(!refused.is_allowed());
            refused.give_back().await; // of nothing
            let left = || async {
                let of = |limits: &'static str| limiter.limit(limits).key("ada").cost(0);
                let minute = of("5/minute").peek().await.expect("an answer").remaining();
                (minute, of("7/day").peek().await.expect("an answer").remaining())
            };
            assert_eq!(left().await, (1, 3), "{backend:?} {strategy}");
            reservation.give_back().await;
            assert_eq!(left().await, (5, 7), "{backend:?} {strategy}");
            drop(limit.reserve().await.expect("an answer"));
            assert_eq!(left().await, (1, 3), "dropped, it stays counted: {backend:?} {strategy}");
        }
    }
}

#[actix_web::test]
async fn errors_say_of_what_kind_they_are() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder());
    let bad = limiter.limit("5/minuet").hit().await.expect_err("no such unit");
    let none = limiter.limit(None::<&str>).hit().await.expect_err("no limits");
    let burst = limiter.limit("5/minute").burst(9).hit().await.expect_err("no bucket");
    let key = limiter.limit("5/minute").key("").hit().await.expect_err("no key");
    let kinds = |error: &HitError| {
        [error.is_bad_limits(), error.is_bad_burst(), error.is_missing_key(), error.is_storage()]
    };
    assert_eq!(kinds(&bad), [true, false, false, false]);
    assert_eq!(kinds(&none), [true, false, false, false]);
    assert_eq!(kinds(&burst), [false, true, false, false]);
    assert_eq!(kinds(&key), [false, false, true, false]);
}

/// Jobs run on other threads.
#[test]
fn its_futures_can_be_sent() {
    fn check(_: impl Send) {}
    fn check_static(_: impl Send + 'static) {}
    let limiter = Limiter::builder().build().expect("right settings");
    let limit = limiter.limit("1/minute");
    check(limit.hit());
    check(limit.peek());
    check(async {
        if let Ok(reservation) = limit.reserve().await {
            reservation.give_back().await;
        }
    });
    // Owned, it can be moved into a task.
    let owned = limit.clone();
    check_static(async move { owned.hit().await.map(drop) });
    check(limiter.peek("ada"));
    check(limiter.reset("ada"));
    check(limiter.reset_all());
}
