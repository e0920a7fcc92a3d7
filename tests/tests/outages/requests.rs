//! What requests meet during an outage.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, OnError};
use ratelimit_tests::{Ask, Mood, recovery};

use super::{failing, limiter, serve};

#[actix_web::test]
async fn an_outage_costs_the_requests_that_meet_it_one_call_and_the_others_none() {
    for mood in [Mood::Broken, Mood::Silent, Mood::ReadOnly] {
        let storage = failing();
        let limiter = limiter(&storage, OnError::Open);
        let server = serve(&limiter);
        storage.set(mood);
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
        let calls = storage.calls();
        assert_eq!(calls, 1, "the application limits, and then no more");
        assert_eq!(Ask::get("/").statuses(&server, 20).await, [200; 20]);
        recovery::until("it is probed", || storage.probes() >= 2).await;
        assert_eq!(Ask::get("/").statuses(&server, 20).await, [200; 20]);
        assert_eq!(storage.calls(), calls, "{mood:?}");
        let health = limiter.storage_health();
        assert!(health.is_failing(), "{mood:?}");
        assert_eq!(health.requests_without(), 41);
        assert!(health.failed_calls() >= 2);
    }
}

#[actix_web::test]
async fn an_outage_is_one_however_many_requests_meet_it() {
    for mood in [Mood::Broken, Mood::Silent] {
        let storage = failing();
        let limiter = limiter(&storage, OnError::Fallback);
        let server = serve(&limiter);
        storage.set(mood);
        let ask = Ask::get("/");
        let answers = join_all((0..100).map(|_| ask.of(&server))).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        assert!(storage.calls() <= 100, "once a request at most: {}", storage.calls());
        let health = limiter.storage_health();
        assert_eq!((health.outages(), health.requests_without()), (1, 100), "{mood:?}");
    }
}

#[actix_web::test]
async fn parallel_requests_wait_for_a_silent_storage_together() {
    let storage = failing();
    let builder = Limiter::builder().default_limits("1000/minute").storage(storage.clone());
    // One after the other they would take a minute.
    let limiter = builder.storage_deadline(Duration::from_secs(1)).build().expect("right settings");
    let server = serve(&limiter);
    storage.set(Mood::Silent);
    let (ask, start) = (Ask::get("/"), Instant::now());
    let answers = join_all((0..64).map(|_| ask.of(&server))).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    assert!(start.elapsed() < Duration::from_secs(32), "{:?}", start.elapsed());
    assert_eq!(limiter.storage_health().requests_without(), 64);
}
