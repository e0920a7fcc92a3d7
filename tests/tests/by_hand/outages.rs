//! Asking by hand while the storage fails.

use actix_web::web;
use ratelimit_actix::{Limiter, MemoryStorage, OnError, Rule, key};
use ratelimit_tests::{Ask, FailingStorage, Mood, Server};

use super::ok;

/// The memory that stands in for the storage has counted the client by its address, and in place of a key.
#[actix_web::test]
async fn a_reset_that_fails_has_cleared_the_memory_of_every_form_of_an_address() {
    let storage = FailingStorage::new(MemoryStorage::new());
    storage.set(Mood::Broken);
    let limiter = Limiter::builder()
        .trusted_proxies(["127.0.0.1"])
        .storage(storage)
        .application_limits([Rule::new("1/minute"), Rule::new("1/minute").key(key::header("X-User"))])
        .build()
        .expect("right settings");
    let server = Server::start(limiter.clone(), |app, _| {
        app.route("/", web::get().to(ok));
    });
    for (address, other) in [("203.0.113.7", "203.0.113.7"), ("2001:db8::1:2", "2001:db8::9")] {
        let ask = Ask::get("/").header("X-Forwarded-For", address);
        assert_eq!(ask.statuses(&server, 2).await, [200, 429], "{address}");
        limiter.reset(other).await.expect_err("the storage fails");
        assert_eq!(ask.statuses(&server, 2).await, [200, 429], "{address} after its reset");
    }
}

#[actix_web::test]
async fn what_memory_has_counted_is_given_back_to_memory() {
    let storage = FailingStorage::new(MemoryStorage::new());
    storage.set(Mood::Broken);
    let limiter = Limiter::builder().storage(storage.clone()).build().expect("right settings");
    let limit = limiter.limit("1/minute").key("ada");
    let reservation = limit.reserve().await.expect("memory");
    assert!(!limit.peek().await.expect("memory").is_allowed());
    reservation.give_back().await;
    assert!(limit.hit().await.expect("memory").is_allowed());
    assert_eq!(storage.refunds(), 0);
}

#[actix_web::test]
async fn what_nobody_has_counted_is_given_back_to_nobody() {
    let storage = FailingStorage::new(MemoryStorage::new());
    storage.set(Mood::Broken);
    let limiter = Limiter::builder().storage(storage.clone()).build().expect("right settings");
    let limit = limiter.limit("1/minute").key("ada").on_error(OnError::Open);
    for _ in 0..2 {
        let reservation = limit.reserve().await.expect("nobody");
        assert!(reservation.is_allowed());
        reservation.give_back().await;
    }
    assert_eq!(storage.refunds(), 0);
    let closed = limit.on_error(OnError::Closed).reserve().await.expect_err("turned away");
    assert!(closed.is_storage());
}
