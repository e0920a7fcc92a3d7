//! Which limits hold for a route, and how long.

use std::time::Duration;

use actix_web::{HttpRequest, Responder, get, route, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

#[get("/t1")]
#[limit("100/hour; 10/minute")]
async fn combined() -> impl Responder {
    "ok"
}

/// Vector 1: several default limits hold together, and a route's own take the place of all of them.
#[actix_web::test]
async fn vector_1_combined_rate_limits() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("1/hour; 10/day");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service(combined).route("/t2", web::get().to(ok));
        });
        assert_eq!(Ask::get("/t1").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/t2").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/t1").statuses(&server, 10).await[8..], [200, 429]);
    }
}

/// Vector 2: a route's methods count apart under the default limits. There it is an option, here the rule.
#[actix_web::test]
async fn vector_2_defaults_per_method() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("1/hour");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service(web::resource("/").route(web::get().to(ok)).route(web::post().to(ok)));
        });
        for method in ["GET", "POST"] {
            assert_eq!(Ask::new(method, "/").statuses(&server, 2).await, [200, 429], "{method}");
        }
    }
}

#[route("/t", method = "GET", method = "POST")]
#[limit("1/second", methods("GET"))]
async fn only_gets() -> impl Responder {
    "ok"
}

/// Vector 26: a limit for one method leaves the default limits to the others.
#[actix_web::test]
async fn vector_26_explicit_method_limits() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("2/second");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service(only_gets);
        });
        assert_eq!(Ask::get("/t").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::new("POST", "/t").statuses(&server, 3).await, [200, 200, 429]);
    }
}

/// Vector 38: a key that can't be found. Unlike FL (always 200), it never drops the limit: S12.
#[actix_web::test]
async fn vector_38_invalid_ratelimit_key() {
    let keys: [fn(&HttpRequest) -> Option<&'static str>; 2] = [|_| None, |_| Some("")];
    for (key, backend) in keys.into_iter().flat_map(|key| Backend::ALL.map(|backend| (key, backend))) {
        let defaults = Limiter::builder().default_limits("2/minute").key(key);
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[get("/test")]
#[limit("3/second", methods("GET"))]
async fn three_gets() -> impl Responder {
    "ok"
}

/// Vector 39: the application limit is asked before the others, and counts what they refuse.
#[actix_web::test]
async fn vector_39_application_limits_from_config() {
    for backend in Backend::ALL {
        let both = Limiter::builder().default_limits("1/second").application_limits("4/second");
        let clock = ManualClock::new();
        let server = serve(backend, both, &clock, |app, _| {
            app.service(three_gets).route("/root", web::get().to(ok));
        });
        assert_eq!(Ask::get("/root").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/test").statuses(&server, 3).await, [200, 200, 429]);
        // The third was the application limit's refusal, not the route's, and took nothing of its own.
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/test").statuses(&server, 4).await, [200, 200, 200, 429]);
    }
}
