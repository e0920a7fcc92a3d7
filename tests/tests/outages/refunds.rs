//! Charges that a storage which has failed since can't give back.

use actix_web::{HttpResponse, web};
use futures_util::future::join;
use ratelimit_actix::OnError;
use ratelimit_tests::{Ask, Mood, Server, recovery};

use super::{failing, limiter};

#[actix_web::test]
async fn refunds_are_not_asked_for_during_an_outage() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    let server = Server::start(limiter.clone(), move |app, limiter| {
        let limiter = limiter.clone();
        // It matches no route, so its two charges are to be given back; but meanwhile another request
        // has met an outage.
        let meanwhile = move || {
            let limiter = limiter.clone();
            async move {
                recovery::until("the outage is known", || limiter.storage_health().is_failing()).await;
                HttpResponse::NotFound().finish()
            }
        };
        app.route("/", web::get().to(HttpResponse::Ok)).default_service(web::to(meanwhile));
    });
    let (unmatched, matched) = (Ask::get("/nowhere"), Ask::get("/"));
    let during_outage = async {
        recovery::until("the other is charged", || storage.calls() >= 2).await;
        storage.set(Mood::Broken);
        matched.of(&server).await
    };
    let (unmatched, matched) = join(unmatched.of(&server), during_outage).await;
    assert_eq!((unmatched.status.as_u16(), matched.status.as_u16()), (404, 200));
    assert_eq!(storage.refunds(), 0);
    assert_eq!(limiter.storage_health().lost_refunds(), 2);
}

#[actix_web::test]
async fn a_refund_that_fails_begins_an_outage() {
    let storage = failing();
    let limiter = limiter(&storage, OnError::Fallback);
    let moody = storage.clone();
    let server = Server::start(limiter.clone(), move |app, _| {
        let storage = moody.clone();
        app.default_service(web::to(move || {
            storage.set(Mood::Silent);
            async { HttpResponse::NotFound().finish() }
        }));
    });
    assert_eq!(Ask::get("/nowhere").statuses(&server, 1).await, [404]);
    assert_eq!(storage.refunds(), 1);
    let health = limiter.storage_health();
    assert_eq!((health.outages(), health.lost_refunds(), health.requests_without()), (1, 2, 0));
    storage.set(Mood::Well);
    recovery::back(&limiter).await;
}
