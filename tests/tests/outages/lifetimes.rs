//! A probe lives no longer than its runtime and its limiter.

use std::time::Duration;

use actix_web::{
    App, HttpResponse,
    http::StatusCode,
    rt::{System, time::sleep},
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Limiter, OnError};
use ratelimit_tests::{Mood, recovery};

use super::{failing, limiter};

#[test]
fn a_probe_that_ended_with_its_runtime_is_followed_by_another() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    storage.set(Mood::Silent);
    // The first ends while it waits for its answer, the second in its first pause.
    System::new().block_on(meet_outage(&limiter, async || {
        recovery::until("it is probed", || storage.probes() >= 1).await;
    }));
    System::new().block_on(meet_outage(&limiter, async || {}));
    assert!(limiter.storage_health().is_failing());
    storage.set(Mood::Well);
    System::new().block_on(meet_outage(&limiter, async || recovery::back(&limiter).await));
    let health = limiter.storage_health();
    assert_eq!((health.outages(), health.requests_without()), (1, 3));
}

#[actix_web::test]
async fn a_probe_ends_with_its_limiter() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    storage.set(Mood::Broken);
    meet_outage(&limiter, async || {}).await;
    recovery::until("it is probed", || storage.probes() >= 1).await;
    drop(limiter);
    let probes = storage.probes();
    sleep(Duration::from_millis(500)).await;
    assert!(storage.probes() <= probes + 1, "one may have been under way");
}

/// Tests under `#[tokio::test]` have no such set.
#[test]
fn a_probe_needs_no_local_task_set() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    storage.set(Mood::Broken);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(meet_outage(&limiter, async || {
        storage.set(Mood::Well);
        recovery::back(&limiter).await;
    }));
}

/// One request to an app of its own, and what comes then.
async fn meet_outage(limiter: &Limiter, then: impl AsyncFnOnce()) {
    let app = App::new().wrap(limiter.clone()).route("/", web::get().to(HttpResponse::Ok));
    let app = init_service(app).await;
    let answer = call_service(&app, TestRequest::get().uri("/").to_request()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(limiter.storage_health().is_failing());
    then().await;
}
