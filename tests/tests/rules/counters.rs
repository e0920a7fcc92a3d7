//! S1, S6, S7: what counts on which counter.

use std::time::Duration;

use actix_web::{Responder, get, route, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend, Server};

use super::limiter;

#[get("/both")]
#[limit("2/minute")]
#[limit("3/hour")]
async fn both() -> impl Responder {
    "ok"
}

#[get("/twice")]
#[limit("2/minute")]
#[limit("2/minute")]
async fn twice() -> impl Responder {
    "ok"
}

#[get("/added")]
#[limit("2/minute", override_defaults = false)]
async fn added() -> impl Responder {
    "ok"
}

#[route("/methods", method = "GET", method = "POST", method = "HEAD")]
#[limit("1/minute", methods("GET"))]
async fn by_method() -> impl Responder {
    "ok"
}

#[route("/per-method", method = "GET", method = "POST", method = "HEAD")]
#[limit("1/minute", per_method)]
async fn per_method() -> impl Responder {
    "ok"
}

#[get("/cost")]
#[limit("5/minute", cost = 2)]
async fn costly() -> impl Responder {
    "ok"
}

#[get("/shared-1")]
#[limit("2/minute", shared = "s")]
async fn shared_1() -> impl Responder {
    "ok"
}

#[get("/shared-2")]
#[limit("2/minute", shared = "s")]
async fn shared_2() -> impl Responder {
    "ok"
}

#[get("/close")]
#[limit("3/minute; 2/minute")]
async fn close() -> impl Responder {
    "ok"
}

#[get("/never")]
#[limit("0/minute")]
async fn never() -> impl Responder {
    "ok"
}

fn routes(app: &mut web::ServiceConfig, _: &Limiter) {
    app.service((both, twice, added, by_method, per_method, costly, shared_1, shared_2, close, never));
}

#[actix_web::test]
async fn each_counts_as_it_says() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = Server::start(limiter(backend, "2/minute", &clock), routes);
        // S7: equal limits named twice count once; a default and a route's equal limit are two counters.
        assert_eq!(Ask::get("/twice").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/added").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/close").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/cost").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/shared-1").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/shared-2").statuses(&server, 2).await, [200, 429]);
        // The POST has no limit of its own and so the default.
        assert_eq!(Ask::get("/methods").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::new("POST", "/methods").statuses(&server, 3).await, [200, 200, 429]);
        // S6: HEAD counts as GET.
        assert_eq!(Ask::new("HEAD", "/methods").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::new("HEAD", "/per-method").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/per-method").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::new("POST", "/per-method").statuses(&server, 2).await, [200, 429]);
        let refused = Ask::get("/never").of(&server).await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, ""));
    }
}

#[actix_web::test]
async fn a_refused_request_consumes_nothing() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = Server::start(limiter(backend, "2/minute", &clock), routes);
        // The minute's limit refuses; were the hour's charged, the fourth request would be too much.
        assert_eq!(Ask::get("/both").statuses(&server, 6).await, [200, 200, 429, 429, 429, 429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/both").statuses(&server, 2).await, [200, 429]);
    }
}
