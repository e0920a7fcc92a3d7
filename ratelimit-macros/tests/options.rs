//! Every option that is a function does what it says.

use actix_web::{
    App, HttpRequest, HttpResponse,
    body::to_bytes,
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Breach, LimitSet, Limiter, exempt, limit, limits};

const READS: LimitSet = limits!("2/minute");
static WRITES: LimitSet = limits!("1/minute");

fn header(request: &HttpRequest, name: &str) -> Option<String> {
    Some(request.headers().get(name)?.to_str().ok()?.to_owned())
}

fn plan(request: &HttpRequest) -> Option<String> {
    header(request, "X-Plan")
}

async fn plan_later(request: &HttpRequest) -> Option<String> {
    actix_web::rt::task::yield_now().await;
    plan(request)
}

fn cost(request: &HttpRequest) -> u32 {
    header(request, "X-Cost").and_then(|cost| cost.parse().ok()).unwrap_or(1)
}

async fn cost_later(request: &HttpRequest) -> u32 {
    actix_web::rt::task::yield_now().await;
    cost(request)
}

fn is_staff(request: &HttpRequest) -> bool {
    request.headers().contains_key("X-Staff")
}

fn refuse(_: &HttpRequest, _: &Breach) -> HttpResponse {
    HttpResponse::ImATeapot().body("short and stout")
}

fn message(request: &HttpRequest) -> String {
    format!("too fast for {}", request.path())
}

macro_rules! handlers {
    ($($name:ident: $($option:meta),+;)+) => {$(
        $(#[$option])+
        async fn $name(status: web::Path<u16>) -> HttpResponse {
            HttpResponse::new(actix_web::http::StatusCode::from_u16(*status).expect("a status"))
        }
    )+};
}

handlers! {
    by_const: limit(READS);
    by_static: limit(WRITES);
    by_fn: limit(plan);
    by_async_fn: limit(plan_later);
    by_fn_and_default: limit(plan, override_defaults = false);
    by_fn_alone: limit(plan), exempt(default);
    by_fn_or_503: limit(plan, on_error = closed);
    by_fn_or_nothing: limit(plan, on_error = open);
    by_fn_with_burst: limit(plan, strategy = token_bucket, burst = 2, cost = 2);
    by_cost: limit("5/minute", cost = cost);
    by_async_cost: limit("5/minute", cost = cost_later);
    by_cost_closure: limit("5/minute", cost = |request| 2 * cost(request));
    by_async_cost_closure: limit("5/minute", cost = async |request| 2 * cost_later(request).await);
    unless_fn: limit("1/minute", exempt_when = is_staff);
    unless: limit("1/minute", exempt_when = |request| request.headers().contains_key("X-Staff"));
    unless_later: limit("1/minute", exempt_when = async |request| cost_later(request).await > 1);
    failures: limit("1/minute", deduct_when = |answer| answer.status() == 404);
    answered: limit("0/minute", on_breach = refuse);
    answered_by_closure: limit("0/minute", on_breach = |_, breach| {
        HttpResponse::ImATeapot().body(breach.refused().len().to_string())
    });
    only_seen: limit("0/minute", on_breach = |_, breach| assert!(!breach.refused().is_empty()));
    told: limit("0/minute", error_message = "go away");
    told_by_fn: limit("0/minute", error_message = message);
    told_by_closure: limit("0/minute", error_message = |_, breach| format!("{} said no", breach.refused()[0].tier()));
    watched: limit("1/minute", shadow);
    watched_alone: limit("1/minute", shadow), exempt(default);
    banned: limit("1/second", meta = "1/day");
    free: exempt(application, default, meta);
}

/// What `count` requests to a handler are answered; `ask` is a header and its value.
macro_rules! statuses {
    ($handler:ident, $status:literal, $ask:expr, $count:expr) => {{
        let limiter = Limiter::builder().default_limits("1/minute").build().expect("right settings");
        let app = App::new().wrap(limiter).route("/{status}", web::get().to($handler));
        let app = init_service(app).await;
        let mut statuses = Vec::new();
        for _ in 0..$count {
            let uri = concat!("/", $status);
            let request = TestRequest::with_uri(uri).insert_header($ask).to_request();
            statuses.push(call_service(&app, request).await.status().as_u16());
        }
        statuses
    }};
}

const NOTHING: (&str, &str) = ("X-Nothing", "1");

#[actix_web::test]
async fn limits_come_from_constants_and_functions() {
    assert_eq!(statuses!(by_const, 200, NOTHING, 3), [200, 200, 429]);
    assert_eq!(statuses!(by_static, 200, NOTHING, 2), [200, 429]);
    assert_eq!(statuses!(by_fn, 200, ("X-Plan", "3/minute"), 4), [200, 200, 200, 429]);
    assert_eq!(statuses!(by_async_fn, 200, ("X-Plan", "3/minute"), 4), [200, 200, 200, 429]);
    assert_eq!(
        statuses!(by_fn, 200, NOTHING, 4),
        [200; 4],
        "no limit of this attribute, which overrides others"
    );
    // The bucket holds two, more than the limit's amount: one request takes all of it.
    assert_eq!(statuses!(by_fn_with_burst, 200, ("X-Plan", "1/minute"), 2), [200, 429]);
    // What can't be read leaves the default limits in its place: one a minute.
    assert_eq!(statuses!(by_fn, 200, ("X-Plan", "3/minuet"), 3), [200, 429, 429]);
    assert_eq!(statuses!(by_fn_and_default, 200, ("X-Plan", "3/minuet"), 3), [200, 429, 429]);
    // Where there are none, nothing passes unlimited.
    assert_eq!(statuses!(by_fn_alone, 200, ("X-Plan", "3/minuet"), 2), [503, 503]);
    assert_eq!(statuses!(by_fn_alone, 200, ("X-Plan", "1/minute"), 2), [200, 429]);
    assert_eq!(statuses!(by_fn_or_503, 200, ("X-Plan", "3/minuet"), 2), [503, 503]);
    assert_eq!(statuses!(by_fn_or_nothing, 200, ("X-Plan", "3/minuet"), 2), [200, 200]);
}

#[actix_web::test]
async fn costs_and_exemptions_come_from_functions() {
    for statuses in [
        statuses!(by_cost, 200, ("X-Cost", "2"), 3),
        statuses!(by_async_cost, 200, ("X-Cost", "2"), 3),
        statuses!(by_cost_closure, 200, ("X-Cost", "1"), 3),
        statuses!(by_async_cost_closure, 200, ("X-Cost", "1"), 3),
    ] {
        assert_eq!(statuses, [200, 200, 429]);
    }
    assert_eq!(statuses!(unless_fn, 200, NOTHING, 2), [200, 429]);
    assert_eq!(statuses!(unless_fn, 200, ("X-Staff", "1"), 3), [200; 3]);
    assert_eq!(statuses!(unless, 200, NOTHING, 2), [200, 429]);
    assert_eq!(statuses!(unless, 200, ("X-Staff", "1"), 3), [200; 3]);
    assert_eq!(statuses!(unless_later, 200, NOTHING, 2), [200, 429]);
    assert_eq!(statuses!(unless_later, 200, ("X-Cost", "2"), 3), [200; 3]);
}

#[actix_web::test]
async fn only_some_responses_count() {
    assert_eq!(statuses!(failures, 200, NOTHING, 3), [200; 3]);
    assert_eq!(statuses!(failures, 404, NOTHING, 2), [404, 429]);
}

#[actix_web::test]
async fn some_limits_only_look_on_and_others_ban() {
    // The default limit holds as if it were not there.
    assert_eq!(statuses!(watched, 200, NOTHING, 3), [200, 429, 429]);
    assert_eq!(statuses!(watched_alone, 200, NOTHING, 3), [200; 3]);
    assert_eq!(statuses!(banned, 200, NOTHING, 3), [200, 429, 429]);
    assert_eq!(statuses!(free, 200, NOTHING, 3), [200; 3]);
}

#[actix_web::test]
async fn refusals_say_what_they_are_told_to() {
    let limiter = Limiter::builder().build().expect("right settings");
    let app = App::new()
        .wrap(limiter)
        .route("/answered/{status}", web::get().to(answered))
        .route("/counted/{status}", web::get().to(answered_by_closure))
        .route("/told/{status}", web::get().to(told))
        .route("/fn/{status}", web::get().to(told_by_fn))
        .route("/closure/{status}", web::get().to(told_by_closure));
    let app = init_service(app).await;
    for (path, status, body) in [
        ("/answered/200", 418, "short and stout"),
        ("/counted/200", 418, "1"),
        ("/told/200", 429, "go away"),
        ("/fn/200", 429, "too fast for /fn/200"),
        ("/closure/200", 429, "route said no"),
    ] {
        let request = TestRequest::with_uri(path).insert_header(("Accept", "text/plain")).to_request();
        let answer = call_service(&app, request).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(to_bytes(answer.into_body()).await.expect("a body"), body, "{path}");
    }
    assert_eq!(statuses!(only_seen, 200, NOTHING, 1), [429], "one that only looks on leaves the answer");
    let answer = call_service(&app, TestRequest::with_uri("/told/200").to_request()).await;
    let body = to_bytes(answer.into_body()).await.expect("a body");
    assert!(String::from_utf8_lossy(&body).contains(r#""detail":"go away""#), "{body:?}");
}
