//! S4: what `#[exempt]` frees a route of, and what it doesn't.

use actix_web::{Responder, get, web};
use ratelimit_actix::MemoryStorage;
use ratelimit_actix::{Limiter, ManualClock, exempt, limit};
use ratelimit_tests::{Ask, Backend, FailingStorage, Mood};

use super::{ok, serve};

#[get("/t2")]
#[exempt]
async fn free() -> impl Responder {
    "ok"
}

#[get("/t3")]
#[exempt(application)]
async fn no_application() -> impl Responder {
    "ok"
}

/// Vector 21: a plain exemption is from all tiers, a named one from that tier only.
#[actix_web::test]
async fn vector_21_exempt_routes() {
    for backend in Backend::ALL {
        let both = Limiter::builder().default_limits("1/minute").application_limits("2/minute");
        let server = serve(backend, both, &ManualClock::new(), |app, _| {
            app.service((free, no_application))
                .route("/t1", web::get().to(ok))
                .route("/t4", web::get().to(ok));
        });
        assert_eq!(Ask::get("/t1").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/t2").statuses(&server, 2).await, [200, 200]);
        assert_eq!(Ask::get("/t3").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/t4").statuses(&server, 1).await, [429]);
    }
}

#[get("/own-no-meta")]
#[limit("1/minute")]
#[exempt(meta)]
async fn own_no_meta() -> impl Responder {
    "ok"
}

#[get("/own-no-default")]
#[exempt(default)]
#[limit("1/minute", override_defaults = false)]
async fn own_no_default() -> impl Responder {
    "ok"
}

#[get("/own-no-tier")]
#[exempt(application, default, meta)]
#[limit("1/minute")]
async fn own_no_tier() -> impl Responder {
    "ok"
}

/// Trap of 1.7: any flag drops the route's own limits there, and the default limits come instead.
#[actix_web::test]
async fn no_exemption_drops_a_routes_own_limits() {
    for backend in Backend::ALL {
        let both = Limiter::builder().default_limits("2/minute").application_limits("100/minute");
        let server = serve(backend, both, &ManualClock::new(), |app, _| {
            app.service((own_no_meta, own_no_default, own_no_tier));
        });
        for path in ["/own-no-meta", "/own-no-default", "/own-no-tier"] {
            assert_eq!(Ask::get(path).statuses(&server, 3).await, [200, 429, 429], "{path}");
        }
    }
}

/// Trap of 1.10: when the storage fails, limits in memory hold for exempt routes too. Here they don't.
#[actix_web::test]
async fn exemptions_hold_while_the_storage_fails() {
    let clock = ManualClock::new();
    let storage = FailingStorage::new(MemoryStorage::builder().clock(clock.clone()).build());
    let both = Limiter::builder().default_limits("1/minute").application_limits("1/minute");
    let server = serve(Backend::Memory, both.storage(storage.clone()), &clock, |app, _| {
        app.service((free, own_no_tier)).route("/t1", web::get().to(ok));
    });
    storage.set(Mood::Broken);
    assert_eq!(Ask::get("/t1").statuses(&server, 2).await, [200, 429]);
    assert_eq!(Ask::get("/t2").statuses(&server, 3).await, [200; 3]);
    assert_eq!(Ask::get("/own-no-tier").statuses(&server, 2).await, [200, 429]);
}
