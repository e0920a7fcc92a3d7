//! Tests of limits that never wait.

use std::time::Duration;

use actix_web::{
    App,
    body::to_bytes,
    http::header::RETRY_AFTER,
    test::{TestRequest, call_service, init_service},
};
use ratelimit_actix::ManualClock;

/// What a request is answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    retry_after: Option<u64>,
    body: String,
}

/// An app on `clock`; call it with a path and a user.
macro_rules! app {
    ($clock:expr) => {{
        let limiter = testing_your_limits::limiter().clock($clock.clone()).build().expect("right limits");
        let routes = limiter.clone();
        let app = App::new().wrap(limiter);
        let app =
            init_service(app.configure(move |config| testing_your_limits::routes(config, &routes))).await;
        async move |path: &str, user: &str| {
            let request = TestRequest::with_uri(path).insert_header(("X-User", user)).to_request();
            let answer = call_service(&app, request).await;
            let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let retry_after = retry_after.and_then(|value| value.parse().ok());
            let status = answer.status().as_u16();
            let body = to_bytes(answer.into_body()).await.expect("a body");
            Answer { status, retry_after, body: String::from_utf8_lossy(&body).into_owned() }
        }
    }};
}

#[actix_web::test]
async fn the_fourth_in_a_minute_is_refused_and_the_window_ends() {
    let clock = ManualClock::new();
    let get = app!(clock);
    for _ in 0..3 {
        assert_eq!(get("/double/21", "").await.body, "42");
    }
    assert_eq!(get("/double/21", "").await.status, 429);
    clock.advance(Duration::from_secs(59));
    assert_eq!(get("/double/21", "").await.status, 429);
    clock.advance(Duration::from_secs(1));
    assert_eq!(get("/double/21", "").await.status, 200);
}

#[actix_web::test]
async fn waiting_as_long_as_retry_after_says_is_enough() {
    let clock = ManualClock::new();
    let get = app!(clock);
    while get("/upload", "").await.status == 200 {}
    let refused = get("/upload", "").await;
    assert_eq!(refused.retry_after, Some(10));
    clock.advance(Duration::from_secs(9));
    assert_eq!(get("/upload", "").await.status, 429);
    clock.advance(Duration::from_secs(1));
    assert_eq!(get("/upload", "").await.status, 200);
}

#[actix_web::test]
async fn a_bucket_refills_up_to_its_size() {
    let clock = ManualClock::new();
    let get = app!(clock);
    for _ in 0..2 {
        assert_eq!(get("/upload", "").await.status, 200);
        assert_eq!(get("/upload", "").await.status, 200);
        assert_eq!(get("/upload", "").await.status, 429);
        clock.advance(Duration::from_hours(1));
    }
}

#[actix_web::test]
async fn users_count_apart_and_see_what_is_left() {
    let get = app!(ManualClock::new());
    for left in ["4", "3", "2"] {
        assert_eq!(get("/left", "ada").await.body, left);
    }
    assert_eq!(get("/left", "bob").await.body, "4");
}
