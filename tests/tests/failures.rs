//! S14: what becomes of requests when the storage fails.

use std::time::Duration;

use actix_web::{Responder, get, web};
use ratelimit_actix::{Limiter, LimiterBuilder, ManualClock, MemoryStorage, OnError, limit};
use ratelimit_tests::{Ask, FailingStorage, Mood, Server, recovery};

#[get("/own")]
#[limit("2/minute")]
async fn own() -> impl Responder {
    "ok"
}

#[get("/open")]
async fn open() -> impl Responder {
    "ok"
}

fn start(on_error: OnError) -> (Server, FailingStorage, Limiter) {
    let clock = ManualClock::new();
    let storage = FailingStorage::new(MemoryStorage::builder().clock(clock.clone()).build());
    let builder: LimiterBuilder = Limiter::builder()
        .default_limits("2/minute")
        .application_limits("100/minute")
        .storage(storage.clone())
        .storage_deadline(Duration::from_millis(20))
        .on_error(on_error)
        .clock(clock);
    let limiter = builder.build().expect("right settings");
    let server = Server::start(limiter.clone(), |app: &mut web::ServiceConfig, _| {
        app.service((own, open));
    });
    (server, storage, limiter)
}

#[actix_web::test]
async fn fallback_keeps_the_limits_in_memory() {
    for mood in [Mood::Broken, Mood::Silent] {
        let (server, storage, limiter) = start(OnError::Fallback);
        for path in ["/own", "/open"] {
            storage.set(Mood::Well);
            assert_eq!(Ask::get(path).statuses(&server, 1).await, [200]);
            storage.set(mood);
            assert_eq!(Ask::get(path).statuses(&server, 3).await, [200, 200, 429], "{mood:?}");
            storage.set(Mood::Well);
            recovery::back(&limiter).await;
            assert_eq!(Ask::get(path).statuses(&server, 2).await, [200, 429], "counts from before");
        }
    }
}

#[actix_web::test]
async fn open_lets_requests_pass_uncounted() {
    for mood in [Mood::Broken, Mood::Silent] {
        let (server, storage, limiter) = start(OnError::Open);
        storage.set(mood);
        assert_eq!(Ask::get("/own").statuses(&server, 4).await, [200; 4]);
        assert_eq!(Ask::get("/open").statuses(&server, 4).await, [200; 4]);
        storage.set(Mood::Well);
        recovery::back(&limiter).await;
        assert_eq!(Ask::get("/own").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn closed_turns_requests_away() {
    for mood in [Mood::Broken, Mood::Silent] {
        let (server, storage, _) = start(OnError::Closed);
        storage.set(mood);
        for path in ["/own", "/open"] {
            let answer = Ask::get(path).of(&server).await;
            assert_eq!(answer.status.as_u16(), 503);
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
}
