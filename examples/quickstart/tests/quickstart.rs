//! The quickstart behaves as its README says.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::{StatusCode, header::RETRY_AFTER},
    test::{TestRequest, call_service, init_service, read_body},
};
use ratelimit_actix::ManualClock;

/// The app under a clock that stands still.
async fn app(
    clock: &ManualClock,
) -> impl Service<
    actix_http::Request,
    Response = ServiceResponse<impl MessageBody + use<>>,
    Error = actix_web::Error,
> + use<> {
    let limiter =
        quickstart::limiter().clock(clock.clone()).build().expect("the quickstart's limits are right");
    init_service(App::new().wrap(limiter).configure(quickstart::routes)).await
}

/// One GET, from `client`, as `user` if it is not empty.
async fn get<S, B>(app: &S, path: &str, client: &str, user: &str) -> ServiceResponse<B>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let peer: SocketAddr = format!("{client}:40000").parse().expect("an address");
    let mut request = TestRequest::get().uri(path).peer_addr(peer);
    if !user.is_empty() {
        request = request.insert_header(("X-User-Id", user));
    }
    call_service(app, request.to_request()).await
}

/// The statuses of `count` GETs.
async fn statuses<S, B>(app: &S, path: &str, client: &str, user: &str, count: usize) -> Vec<u16>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(get(app, path, client, user).await.status().as_u16());
    }
    statuses
}

#[actix_web::test]
async fn data_allows_three_a_minute_for_each_address() {
    let clock = ManualClock::new();
    let app = app(&clock).await;
    assert_eq!(statuses(&app, "/data", "192.0.2.1", "", 5).await, [200, 200, 200, 429, 429]);
    assert_eq!(statuses(&app, "/data", "192.0.2.2", "", 1).await, [200]);
    clock.advance(Duration::from_mins(1));
    let answer = get(&app, "/data", "192.0.2.1", "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(read_body(answer).await, r#"{"message":"Success"}"#);
}

#[actix_web::test]
async fn ping_counts_users_apart_and_says_when_to_come_back() {
    let clock = ManualClock::new();
    let app = app(&clock).await;
    assert_eq!(statuses(&app, "/ping", "192.0.2.1", "alice", 2).await, [200, 200]);
    let refused = get(&app, "/ping", "192.0.2.1", "alice").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers().get(RETRY_AFTER).expect("Retry-After"), "60");
    assert_eq!(statuses(&app, "/ping", "192.0.2.1", "bob", 1).await, [200]);
}

#[actix_web::test]
async fn the_bucket_holds_two_and_gains_one_a_second() {
    let clock = ManualClock::new();
    let app = app(&clock).await;
    assert_eq!(statuses(&app, "/bucket", "192.0.2.1", "", 4).await, [200, 200, 429, 429]);
    clock.advance(Duration::from_millis(1100));
    assert_eq!(statuses(&app, "/bucket", "192.0.2.1", "", 2).await, [200, 429]);
}

#[actix_web::test]
async fn undecorated_routes_have_the_default_limit() {
    let app = app(&ManualClock::new()).await;
    assert_eq!(statuses(&app, "/", "192.0.2.1", "", 6).await, [200, 200, 200, 200, 200, 429]);
}

#[actix_web::test]
async fn health_is_never_limited() {
    let app = app(&ManualClock::new()).await;
    assert_eq!(statuses(&app, "/health", "192.0.2.1", "", 20).await, [200; 20]);
}

#[actix_web::test]
async fn search_and_suggest_share_one_counter() {
    let app = app(&ManualClock::new()).await;
    assert_eq!(statuses(&app, "/search", "192.0.2.1", "", 2).await, [200, 200]);
    assert_eq!(statuses(&app, "/suggest", "192.0.2.1", "", 3).await, [200, 200, 429]);
    assert_eq!(statuses(&app, "/search", "192.0.2.1", "", 1).await, [429]);
}
