//! S17 and its like: the limiter forgotten, given twice, or beside another.

use std::time::Duration;

use actix_web::{App, HttpServer, Responder, get, web};
use ratelimit_actix::{LimitInfo, Limiter, ManualClock, exempt, limit};
use ratelimit_tests::{Ask, Server, logs};

#[get("/own")]
#[limit("3/minute")]
async fn own() -> impl Responder {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> impl Responder {
    "ok"
}

#[get("/open")]
async fn open() -> impl Responder {
    "ok"
}

#[get("/info")]
async fn info(info: LimitInfo) -> impl Responder {
    format!("{}", info.verdicts().len())
}

fn limiter(default: &str, clock: &ManualClock) -> Limiter {
    Limiter::builder().default_limits(default).clock(clock.clone()).build().expect("right settings")
}

#[actix_web::test]
async fn a_decorated_handler_without_a_limiter_never_runs() {
    logs::collect();
    let server = HttpServer::new(|| App::new().service((own, free, open, info)));
    let server = server.workers(2).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let server = Server::run(server.addrs()[0], server.run());
    assert_eq!(Ask::get("/own").statuses(&server, 1).await, [500]);
    let lines = logs::lines_with("misuse::own");
    assert!(
        lines.iter().any(|line| line.starts_with("ERROR") && line.contains(".wrap(limiter")),
        "{lines:?}"
    );
    // These have nothing to enforce.
    assert_eq!(Ask::get("/free").statuses(&server, 1).await, [200]);
    assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200]);
    assert_eq!(Ask::get("/info").statuses(&server, 1).await, [500]);
}

const NARROW: ratelimit_actix::LimitSet = ratelimit_actix::limits!("3/minute");

#[get("/narrow")]
#[limit(NARROW, cost = 5)]
async fn narrow() -> impl Responder {
    "ok"
}

/// The compiler doesn't see what a constant holds.
#[actix_web::test]
async fn what_a_constant_makes_impossible_is_told_when_the_app_is_built() {
    logs::collect();
    let server = Server::start(limiter("9/minute", &ManualClock::new()), |app, _| {
        app.service((free, narrow));
    });
    assert_eq!(Ask::get("/free").statuses(&server, 1).await, [200]);
    let lines = logs::lines_with("misuse::narrow");
    assert!(
        lines.iter().any(|line| line.starts_with("ERROR") && line.contains("cost of 5 never passes")),
        "{lines:?}"
    );
}

#[actix_web::test]
async fn a_limiter_that_is_off_lets_everything_pass() {
    let limiter = Limiter::builder()
        .default_limits("1/minute")
        .application_limits("1/minute")
        .enabled(false)
        .build()
        .expect("right settings");
    let server = Server::start(limiter, |app, _| {
        app.service((own, open));
    });
    assert_eq!(Ask::get("/own").statuses(&server, 5).await, [200; 5]);
    let answer = Ask::get("/open").of(&server).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-ratelimit-limit")), (200, ""));
}

#[actix_web::test]
async fn a_limiter_given_twice_counts_once() {
    let clock = ManualClock::new();
    let server = Server::start(limiter("2/minute", &clock), |app, limiter| {
        app.service(web::scope("/s").wrap(limiter.clone()).wrap(limiter.clone()).service((own, open, free)));
    });
    assert_eq!(Ask::get("/s/open").statuses(&server, 3).await, [200, 200, 429]);
    assert_eq!(Ask::get("/s/own").statuses(&server, 4).await, [200, 200, 200, 429]);
    assert_eq!(Ask::get("/s/free").statuses(&server, 5).await, [200; 5]);
}

#[actix_web::test]
async fn two_limiters_count_apart_and_write_headers_once() {
    let clock = ManualClock::new();
    let inner = Limiter::builder().application_limits("4/minute").clock(clock.clone()).build();
    let inner = inner.expect("right settings");
    let server = Server::start(limiter("2/minute", &clock), move |app, _| {
        app.service(web::scope("/s").wrap(inner.clone()).service((own, open, free)));
    });
    let answer = Ask::get("/s/open").of(&server).await;
    assert_eq!(answer.headers.get_all("x-ratelimit-limit").count(), 1);
    assert_eq!(answer.header("x-ratelimit-limit"), "4", "the inner limiter's, which wrote first");
    // The outer limiter's default refuses the third; its own limits belong to the innermost.
    assert_eq!(Ask::get("/s/open").statuses(&server, 2).await, [200, 429]);
    assert_eq!(Ask::get("/s/own").statuses(&server, 3).await, [200, 200, 429]);
    assert_eq!(Ask::get("/s/free").statuses(&server, 5).await, [200; 5]);
    clock.advance(Duration::from_mins(1));
    assert_eq!(Ask::get("/s/own").statuses(&server, 4).await, [200, 200, 200, 429]);
}
