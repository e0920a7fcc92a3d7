//! How a storage is found back.

use std::time::{Duration, Instant};

use actix_web::{http::StatusCode, rt::time::sleep};
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, OnError, core::Key, key};
use ratelimit_tests::{Ask, Mood, recovery};

use super::{failing, keyed, limiter, serve};

#[actix_web::test]
async fn the_probe_ends_with_the_outage() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    let server = serve(&limiter);
    for outages in 1..=2 {
        storage.set(Mood::Broken);
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
        storage.set(Mood::Well);
        recovery::back(&limiter).await;
        let (probes, calls) = (storage.probes(), storage.calls());
        assert_eq!(Ask::get("/").statuses(&server, 10).await, [200; 10]);
        sleep(Duration::from_millis(200)).await;
        assert_eq!(storage.probes(), probes, "nobody probes any more");
        assert_eq!(storage.calls(), calls + 20, "two groups a request");
        let health = limiter.storage_health();
        assert_eq!((health.outages(), health.requests_without()), (outages, outages));
        assert_eq!(health.failing_for(), None);
    }
}

#[actix_web::test]
async fn there_is_one_probe_however_many_requests_and_workers() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Closed);
    let server = serve(&limiter);
    storage.set(Mood::Silent);
    let (ask, start) = (Ask::get("/"), Instant::now());
    while storage.probes() < 4 {
        assert!(start.elapsed() < recovery::PATIENCE, "{} probes", storage.probes());
        let answers = join_all((0..30).map(|_| ask.of(&server))).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::SERVICE_UNAVAILABLE));
    }
    assert_eq!(storage.most_probing(), 1);
}

#[actix_web::test]
async fn a_storage_that_only_reads_is_not_back() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    let server = serve(&limiter);
    storage.set(Mood::ReadOnly);
    assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
    recovery::until("it is probed", || storage.probes() >= 3).await;
    assert!(limiter.storage_health().is_failing());
    storage.set(Mood::Well);
    recovery::back(&limiter).await;
}

#[actix_web::test]
async fn the_server_that_failed_is_asked_whether_it_is_back() {
    let storage = failing();
    let limiter = keyed(&storage, OnError::Fallback, key::header("X-User-Id"));
    let server = serve(&limiter);
    storage.set(Mood::Broken);
    storage.only_for(Key::from("bob"));
    let (alice, bob) = (Ask::get("/").header("X-User-Id", "alice"), Ask::get("/").header("X-User-Id", "bob"));
    assert_eq!(alice.statuses(&server, 3).await, [200; 3]);
    assert!(!limiter.storage_health().is_failing(), "hers is well");
    assert_eq!(bob.statuses(&server, 1).await, [200]);
    recovery::until("it is probed", || storage.probes() >= 3).await;
    assert!(limiter.storage_health().is_failing(), "his is not, though hers would answer");
    storage.set(Mood::Well);
    recovery::back(&limiter).await;
}

#[actix_web::test]
async fn probes_take_nothing_of_a_clients() {
    let storage = failing();
    let builder = Limiter::builder().default_limits("3/minute").storage(storage.clone());
    let limiter = builder.on_error(OnError::Open).build().expect("right settings");
    let server = serve(&limiter);
    assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
    storage.set(Mood::Broken);
    assert_eq!(Ask::get("/").statuses(&server, 5).await, [200; 5]);
    recovery::until("it is probed", || storage.probes() >= 2).await;
    storage.set(Mood::Well);
    recovery::back(&limiter).await;
    assert_eq!(Ask::get("/").statuses(&server, 3).await, [200, 200, 429]);
}
