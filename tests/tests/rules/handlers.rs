//! Handlers that panic, stream, fail, and are asked all at once.

use std::sync::Once;

use actix_web::{Error, HttpResponse, Responder, get, head, post, web};
use futures_util::{future::join_all, stream};
use ratelimit_actix::{ManualClock, limit};
use ratelimit_tests::{Ask, Backend, Server};

use super::{limiter, ok};

#[get("/panic")]
#[limit("2/minute")]
async fn panics() -> &'static str {
    panic!("on purpose")
}

#[get("/stream")]
#[limit("2/minute")]
async fn streams() -> impl Responder {
    let chunks = ["a", "b", "c"].map(|chunk| Ok::<_, Error>(web::Bytes::from_static(chunk.as_bytes())));
    HttpResponse::Ok().streaming(stream::iter(chunks))
}

#[post("/echo")]
#[limit("2/minute")]
async fn echo(body: web::Payload) -> impl Responder {
    HttpResponse::Ok().streaming(body)
}

#[get("/result")]
#[limit("2/minute")]
async fn fails() -> Result<&'static str, Error> {
    Err(actix_web::error::ErrorBadRequest("no"))
}

/// Says nothing of the panic that is on purpose.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload().downcast_ref::<&str>() != Some(&"on purpose") {
                usual(info);
            }
        }));
    });
}

#[actix_web::test]
async fn panics_streams_and_errors_leave_the_limits_right() {
    hush();
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend, "2/minute", &ManualClock::new()), |app, _| {
            app.service((panics, streams, echo, fails)).route("/open", web::get().to(ok));
        });
        // A panic closes the connection; the request was counted, and the next are as they should be.
        let client = awc::Client::default();
        for _ in 0..2 {
            let url = format!("http://{}/panic", server.address());
            assert!(client.get(url).send().await.is_err(), "the connection closes");
        }
        assert_eq!(Ask::get("/panic").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::get("/open").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/stream").of(&server).await.body, "abc");
        let body = "x".repeat(300_000);
        let echoed = Ask::new("POST", "/echo").body(body.clone()).of(&server).await;
        assert_eq!(echoed.body.len(), body.len());
        assert_eq!(Ask::get("/result").statuses(&server, 3).await, [400, 400, 429]);
    }
}

#[actix_web::test]
async fn parallel_requests_admit_exactly_the_limit() {
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend, "2/minute", &ManualClock::new()), |app, _| {
            app.service(streams);
        });
        let ask = Ask::get("/stream");
        let answers = join_all((0..40).map(|_| ask.of(&server))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 2, "{backend:?}");
    }
}

#[head("/head")]
async fn only_head() -> impl Responder {
    HttpResponse::Ok()
}

#[actix_web::test]
async fn head_shares_the_default_counter_of_get() {
    let server = Server::start(limiter(Backend::Memory, "2/minute", &ManualClock::new()), |app, _| {
        app.service(only_head).service(web::resource("/any").to(ok));
    });
    assert_eq!(Ask::new("HEAD", "/any").statuses(&server, 1).await, [200]);
    assert_eq!(Ask::get("/any").statuses(&server, 2).await, [200, 429]);
    assert_eq!(Ask::new("HEAD", "/head").statuses(&server, 3).await, [200, 200, 429]);
}
