//! `Limiter::describe`

use std::time::Duration;

use actix_web::{App, HttpRequest, get, rt, test, web};
use ratelimit_actix::{Limiter, OnError, PolicyDescription, Rule, Strategy, Tier, exempt, key, limit};
use ratelimit_tests::{Backend, Server};

use super::{limiter, ok};

#[get("/own")]
#[limit("3/minute; 50/hour", key = header("X-User"), strategy = sliding_window, name = "own")]
#[limit("1/second", cost = 0, methods("GET"), shared = "fast", shadow)]
async fn own() -> &'static str {
    "ok"
}

#[get("/guarded")]
#[limit(
    "2/second",
    strategy = token_bucket,
    burst = 9,
    per_method,
    on_error = closed,
    meta = "10/hour"
)]
async fn guarded() -> &'static str {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> &'static str {
    "ok"
}

fn found(_: &HttpRequest) -> &'static str {
    "5/minute"
}

#[actix_web::test]
async fn it_shows_all_policies_and_their_handlers_before_any_request() {
    let builder = Limiter::builder()
        .meta_limits("10/hour")
        .application_limits(Rule::new("100/minute").key(key::global()).strategy(Strategy::TokenBucket))
        .default_limits([Rule::new(found), Rule::new("50/hour").cost(2)]);
    let (limiter, _) = limiter(Backend::Memory, builder);
    let known = limiter.clone();
    let server = Server::start(limiter, |app, limiter| {
        app.service((own, guarded, free)).service(
            web::scope("/api")
                .wrap(limiter.scope(Rule::new("9/minute").shared("api")))
                .route("", web::get().to(ok)),
        );
    });
    let all = once_built(&known).await;
    drop(server);
    let lines: Vec<_> = all.iter().map(ToString::to_string).collect();
    let expected = [
        "meta: 10 per 1 hour",
        "application: 100 per 1 minute, key global, strategy token_bucket",
        "default: by by_hand::descriptions::found",
        "default: 50 per 1 hour, cost 2",
        "scope-limits: 9 per 1 minute, counter \"api\"",
        "route by_hand::descriptions::own: 3 per 1 minute; 50 per 1 hour, name \"own\", key header(\"x-user\"), \
         strategy sliding_window",
        "route by_hand::descriptions::own: 1 per 1 second, cost 0, GET, counter \"fast\", shadow",
        "route by_hand::descriptions::guarded: 2 per 1 second, strategy token_bucket, burst 9, per method, \
         on_error closed, meta 10 per 1 hour",
        "route by_hand::descriptions::free, exempt from meta application default",
    ];
    for line in expected {
        assert_eq!(lines.iter().filter(|found| *found == line).count(), 1, "{line}\n{lines:#?}");
    }
    let of_own = all.iter().filter(|policy| policy.handler.is_some_and(|handler| handler.ends_with("::own")));
    assert!(of_own.clone().count() >= 2 && of_own.clone().all(|policy| policy.tier == Tier::Route));
}

/// What is described once the workers have built their apps, each on its own thread; nothing is requested.
async fn once_built(limiter: &Limiter) -> Vec<PolicyDescription> {
    for _ in 0..1000 {
        let all = limiter.describe();
        if all.iter().any(|policy| policy.handler.is_some()) {
            return all;
        }
        rt::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no handler is described: {:#?}", limiter.describe());
}

#[actix_web::test]
async fn it_shows_the_handlers_of_a_service_in_a_test_before_any_request() {
    let limiter = Limiter::builder().build().expect("right settings");
    assert!(limiter.describe().is_empty());
    let app = App::new().wrap(limiter.clone()).service(own).service(guarded);
    let _service = test::init_service(app).await;
    let handlers: Vec<_> = limiter.describe().iter().filter_map(|policy| policy.handler).collect();
    let twice = "by_hand::descriptions::own";
    assert_eq!(handlers, ["by_hand::descriptions::guarded", twice, twice]);
}

#[actix_web::test]
async fn scopes_that_differ_in_anything_described_are_all_shown_and_equal_ones_once() {
    let limiter = Limiter::builder().build().expect("right settings");
    let rule = || Rule::new("9/minute");
    for _ in 0..2 {
        let _equal = limiter.scope(rule());
        let _bucket = limiter.scope(rule().strategy(Strategy::TokenBucket).burst(20));
        let _other_bucket = limiter.scope(rule().strategy(Strategy::TokenBucket).burst(30));
        let _closed = limiter.scope(rule().on_error(OnError::Closed));
        let _meta = limiter.scope(rule().meta("10/hour"));
        let _per_method = limiter.scope(rule().per_method());
    }
    assert_eq!(limiter.describe().len(), 6, "{:#?}", limiter.describe());
}
