//! What single handlers declare.

use actix_web::{Responder, get};
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend};

use super::serve;

#[get("/all-first")]
#[limit("100/minute", key = global)]
#[limit("50/minute", key = ip)]
async fn all_first() -> impl Responder {
    "ok"
}

#[get("/each-first")]
#[limit("50/minute", key = ip)]
#[limit("100/minute", key = global)]
async fn each_first() -> impl Responder {
    "ok"
}

/// Vector 20: what one client is refused is not taken from what all clients share. Unlike FL, whichever
/// of the two limits is written first: S1.
#[actix_web::test]
async fn vector_20_multiple_decorators() {
    for backend in Backend::ALL {
        let proxied = Limiter::builder().trusted_proxies(["127.0.0.1"]);
        let server = serve(backend, proxied, &ManualClock::new(), |app, _| {
            app.service((all_first, each_first));
        });
        for path in ["/all-first", "/each-first"] {
            let from = |address: &str| Ask::get(path).header("X-Forwarded-For", address);
            let first = from("192.0.2.1").statuses(&server, 100).await;
            assert_eq!(first, [[200; 50], [429; 50]].concat(), "{path}");
            let second = from("192.0.2.2").statuses(&server, 51).await;
            assert_eq!(second, [[200; 50].as_slice(), &[429]].concat(), "{path}");
            assert_eq!(from("192.0.2.3").statuses(&server, 1).await, [429], "{path}");
        }
    }
}

#[get("/t")]
#[limit("2/sec")]
async fn short_unit() -> impl Responder {
    "ok"
}

/// Vector 27: `2/sec`. Unlike FL, where it is a mistake that is logged and leaves the default limits, it
/// is a limit here; what is none doesn't compile.
#[actix_web::test]
async fn vector_27_invalid_decorated_static_limits() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("1/second");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service(short_unit);
        });
        assert_eq!(Ask::get("/t").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[get("/cost")]
#[limit("4/second", cost = 2)]
async fn costly() -> impl Responder {
    "ok"
}

/// Vector 31: each request takes its cost.
#[actix_web::test]
async fn vector_31_limit_multiple_cost() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, _| {
            app.service(costly);
        });
        assert_eq!(Ask::get("/cost").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[get("/five")]
#[limit("5/minute")]
async fn five() -> impl Responder {
    "ok"
}

/// Vector 48: of a hundred requests at once exactly as many pass as the limit says.
#[actix_web::test]
async fn vector_48_concurrency() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, _| {
            app.service(five);
        });
        let ask = Ask::get("/five");
        let answers = join_all((0..100).map(|_| ask.of(&server))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 5, "{backend:?}");
    }
}
