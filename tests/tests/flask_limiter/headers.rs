//! What answers say.

use std::time::Duration;

use actix_web::{HttpResponse, Responder, get, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Answer, Ask, Backend};

use super::{ok, serve};

/// The present of these tests.
const NOW: u64 = 1_700_000_000;

fn clock() -> ManualClock {
    ManualClock::at(Duration::from_secs(NOW))
}

/// Limit, remaining, seconds until the reset, and Retry-After.
fn said(answer: &Answer) -> (&str, &str, Option<u64>, &str) {
    let reset = answer.header("x-ratelimit-reset").parse::<u64>().ok();
    (
        answer.header("x-ratelimit-limit"),
        answer.header("x-ratelimit-remaining"),
        reset.and_then(|reset| reset.checked_sub(NOW)),
        answer.header("retry-after"),
    )
}

#[get("/t2")]
#[limit("2/second; 5/minute; 10/hour")]
async fn three_limits() -> impl Responder {
    "ok"
}

/// Vector 8: the default limit shows on one route, the tightest of a handler's own on the other. Unlike
/// FL, the reset is rounded up, not always one second more, and Retry-After is for refusals only.
#[actix_web::test]
async fn vector_8_headers_no_breach() {
    for backend in Backend::ALL {
        let both = Limiter::builder().default_limits("10/minute").application_limits("60/minute");
        let server = serve(backend, both, &clock(), |app, _| {
            app.service(three_limits).route("/t1", web::get().to(ok));
        });
        assert_eq!(said(&Ask::get("/t1").of(&server).await), ("10", "9", Some(60), ""));
        assert_eq!(said(&Ask::get("/t2").of(&server).await), ("2", "1", Some(1), ""));
    }
}

/// Vector 9: without other limits the application limit shows, and otherwise the tightest does. Unlike
/// FL, see vector 8 for reset and Retry-After.
#[actix_web::test]
async fn vector_9_headers_application_limits() {
    for backend in Backend::ALL {
        let application = Limiter::builder().application_limits("60/minute");
        let server = serve(backend, application, &clock(), |app, _| {
            app.service(three_limits).route("/t1", web::get().to(ok));
        });
        assert_eq!(said(&Ask::get("/t1").of(&server).await), ("60", "59", Some(60), ""));
        assert_eq!(said(&Ask::get("/t2").of(&server).await), ("2", "1", Some(1), ""));
    }
}

/// Vector 11: waiting exactly as long as Retry-After says succeeds, and no shorter wait does.
#[actix_web::test]
async fn vector_11_retry_after() {
    for backend in Backend::ALL {
        let clock = clock();
        let server = serve(backend, Limiter::builder().default_limits("1/minute"), &clock, |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
        clock.advance(Duration::from_secs(17));
        let refused = Ask::get("/").of(&server).await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "43"));
        clock.advance(Duration::from_millis(42_999));
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [429]);
        clock.advance(Duration::from_millis(1));
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
    }
}

/// Vectors 12: a Retry-After that is already there, in seconds or as a date, and is later than ours, stays.
/// Unlike FL, ours is written on refusals only, so the view is the one that answers these.
async fn vector_12(value: &'static str) {
    for backend in Backend::ALL {
        let busy = move || async move { HttpResponse::Ok().insert_header(("Retry-After", value)).finish() };
        let builder = Limiter::builder().default_limits("1/minute").on_breach(move |_, _| {
            HttpResponse::TooManyRequests().insert_header(("Retry-After", value)).finish()
        });
        let server = serve(backend, builder, &clock(), move |app, _| {
            app.route("/", web::get().to(busy));
        });
        for status in [200, 429] {
            let answer = Ask::get("/").of(&server).await;
            assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (status, value));
            assert_eq!(answer.headers.get_all("retry-after").count(), 1);
        }
    }
}

#[actix_web::test]
async fn vector_12_retry_after_exists_seconds() {
    vector_12("1000000").await;
}

#[actix_web::test]
async fn vector_12_retry_after_exists_rfc1123() {
    vector_12("Sat, 06 Nov 2032 01:01:40 GMT").await;
}

/// Vector 37: a handler that takes longer than the window. FL reads the counter again afterwards and
/// says 5; here the headers tell what was decided when the request was let in.
#[actix_web::test]
async fn vector_37_request_slower_than_window() {
    for backend in Backend::ALL {
        let clock = clock();
        let time = clock.clone();
        let slow = move || {
            let time = time.clone();
            async move {
                time.advance(Duration::from_millis(1100));
                "ok"
            }
        };
        let builder = Limiter::builder().default_limits("5/second");
        let server = serve(backend, builder, &clock, move |app, _| {
            app.route("/", web::get().to(slow.clone()));
        });
        assert_eq!(Ask::get("/").of(&server).await.header("x-ratelimit-remaining"), "4");
        assert_eq!(Ask::get("/").of(&server).await.header("x-ratelimit-remaining"), "4");
    }
}
