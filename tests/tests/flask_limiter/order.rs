//! Traps of 1.1 and 1.2: limits asked one after the other, in an odd order, each charged as it passes.

use std::time::Duration;

use actix_web::{Responder, get};
use ratelimit_actix::{LimitInfo, Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend};

use super::serve;

#[get("/coarse-first")]
#[limit("1/120 seconds; 5/minute")]
async fn coarse_first() -> impl Responder {
    "ok"
}

#[get("/fine-first")]
#[limit("5/minute; 1/120 seconds")]
async fn fine_first() -> impl Responder {
    "ok"
}

/// Trap of 1.1: limits are sorted by their units there, so 120 seconds come before a minute. Here no order
/// matters, neither of units nor of writing.
#[actix_web::test]
async fn the_order_of_limits_does_not_matter() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = serve(backend, Limiter::builder(), &clock, |app, _| {
            app.service((coarse_first, fine_first));
        });
        for path in ["/coarse-first", "/fine-first"] {
            let passed = Ask::get(path).of(&server).await;
            let said = ["x-ratelimit-limit", "x-ratelimit-remaining"].map(|name| passed.header(name));
            assert_eq!((passed.status.as_u16(), said), (200, ["1", "0"]), "{path}");
            let refused = Ask::get(path).of(&server).await;
            assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "120"), "{path}");
        }
    }
}

#[get("/both")]
#[limit("2/hour; 5/minute")]
async fn both(info: LimitInfo) -> impl Responder {
    let left: Vec<_> = info.verdicts().iter().map(|verdict| verdict.decision().remaining()).collect();
    format!("{left:?}")
}

/// Trap of 1.2: nine requests under `2/hour; 5/minute` leave 5 and 9 on the counters there. Here refused
/// ones leave nothing on either, not even on the one that refused.
#[actix_web::test]
async fn refusals_are_on_no_counter() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = serve(backend, Limiter::builder(), &clock, |app, _| {
            app.service(both);
        });
        assert_eq!(Ask::get("/both").of(&server).await.body, "[1, 4]");
        clock.advance(Duration::from_secs(30));
        assert_eq!(Ask::get("/both").of(&server).await.body, "[0, 3]");
        assert_eq!(Ask::get("/both").statuses(&server, 7).await, [429; 7]);
        // A window begins with its first hit; refusals neither fill nor lengthen it.
        clock.advance(Duration::from_secs(3570));
        assert_eq!(Ask::get("/both").of(&server).await.body, "[1, 4]");
    }
}

#[get("/own")]
#[limit("10/minute")]
async fn own(info: LimitInfo) -> impl Responder {
    let tiers: Vec<_> = info.verdicts().iter().map(|verdict| verdict.tier().name()).collect();
    tiers.join(" ")
}

/// Trap of 1.1: a handler's own limits hide the application limits from it and from the headers there.
#[actix_web::test]
async fn application_limits_stay_in_sight() {
    for backend in Backend::ALL {
        let application = Limiter::builder().application_limits("3/minute");
        let server = serve(backend, application, &ManualClock::new(), |app, _| {
            app.service(own);
        });
        let answer = Ask::get("/own").of(&server).await;
        assert_eq!(answer.body, "application route");
        let said = ["x-ratelimit-limit", "x-ratelimit-remaining"].map(|name| answer.header(name));
        assert_eq!(said, ["3", "2"], "the tightest of all");
    }
}

#[get("/later")]
#[limit("3/minute")]
async fn later() -> impl Responder {
    "ok"
}

/// Of 1.2, and alike here: what the application limit refuses is not taken from the route's.
#[actix_web::test]
async fn a_later_tier_is_not_charged_for_refusals_of_an_earlier() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let application = Limiter::builder().application_limits("2/second");
        let server = serve(backend, application, &clock, |app, _| {
            app.service(later);
        });
        assert_eq!(Ask::get("/later").statuses(&server, 4).await, [200, 200, 429, 429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/later").statuses(&server, 2).await, [200, 429]);
    }
}
