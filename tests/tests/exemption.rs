//! S3, S4: which limits a route is free of, under load as well.

use actix_web::{Responder, get, web};
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, ManualClock, exempt, limit};
use ratelimit_tests::{Ask, Backend, Server};

#[get("/open")]
async fn open() -> impl Responder {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> impl Responder {
    "ok"
}

#[get("/no-application")]
#[exempt(application)]
async fn no_application() -> impl Responder {
    "ok"
}

#[get("/no-default")]
#[exempt(default)]
async fn no_default() -> impl Responder {
    "ok"
}

#[get("/own-no-application")]
#[limit("1/minute")]
#[exempt(application)]
async fn own_no_application() -> impl Responder {
    "ok"
}

#[get("/own")]
#[limit("5/minute")]
async fn own() -> impl Responder {
    "ok"
}

fn routes(app: &mut web::ServiceConfig, _: &Limiter) {
    app.service((open, free, no_application, no_default, own_no_application, own));
}

fn server(backend: Backend, default: &str, application: &str) -> Server {
    let builder = Limiter::builder().default_limits(default).application_limits(application);
    let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
    Server::start(limiter, routes)
}

#[actix_web::test]
async fn an_exempt_route_passes_though_the_default_is_used_up() {
    for backend in Backend::ALL {
        let server = server(backend, "1/minute", "100/minute");
        assert_eq!(Ask::get("/open").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/free").statuses(&server, 5).await, [200; 5]);
    }
}

#[actix_web::test]
async fn fifty_parallel_requests_to_an_exempt_route_all_pass() {
    for backend in Backend::ALL {
        let server = server(backend, "1/minute", "1/minute");
        let ask = Ask::get("/free");
        let answers = join_all((0..50).map(|_| ask.of(&server))).await;
        let refused = answers.iter().filter(|answer| answer.status != 200).count();
        assert_eq!(refused, 0, "{backend:?}");
        // And they have left the limits alone.
        assert_eq!(Ask::get("/open").statuses(&server, 2).await, [200, 429]);
    }
}

#[actix_web::test]
async fn fifty_parallel_requests_to_a_default_route_admit_exactly_the_default() {
    for backend in Backend::ALL {
        let server = server(backend, "7/minute", "100/minute");
        let ask = Ask::get("/open");
        let answers = join_all((0..50).map(|_| ask.of(&server))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 7, "{backend:?}");
    }
}

#[actix_web::test]
async fn named_tiers_alone_are_exempt() {
    for backend in Backend::ALL {
        let server = server(backend, "1/minute", "3/minute");
        assert_eq!(Ask::get("/no-default").statuses(&server, 4).await, [200, 200, 200, 429]);
        // The application limit is used up, and this route is free of that, not of the default.
        assert_eq!(Ask::get("/no-application").statuses(&server, 2).await, [200, 429]);
        // An exemption never drops the route's own limit.
        assert_eq!(Ask::get("/own-no-application").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/own").statuses(&server, 1).await, [429]);
    }
}

#[actix_web::test]
async fn the_application_limit_counts_requests_that_a_route_refuses() {
    for backend in Backend::ALL {
        let server = server(backend, "1/minute", "4/minute");
        assert_eq!(Ask::get("/open").statuses(&server, 3).await, [200, 429, 429]);
        assert_eq!(Ask::get("/own").statuses(&server, 2).await, [200, 429]);
    }
}
