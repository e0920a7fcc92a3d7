//! Limits that a function could not find: nothing goes unlimited, and nothing is refused that need not be.

use actix_web::{HttpRequest, get, web};
use ratelimit_actix::{Limit, Limiter, LimiterBuilder, ManualClock, OnError, Rule, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

fn fails(_: &HttpRequest) -> Result<Limit, &'static str> {
    Err("the database is away")
}

#[get("/own")]
#[limit(fails)]
async fn own() -> &'static str {
    "ok"
}

#[get("/open")]
#[limit(fails, on_error = open, override_defaults = false)]
async fn open() -> &'static str {
    "ok"
}

#[get("/shadow")]
#[limit(fails, shadow)]
async fn shadow() -> &'static str {
    "ok"
}

/// What three requests to `path` are answered under a limiter.
async fn statuses(builder: LimiterBuilder, path: &str) -> Vec<u16> {
    let server = serve(Backend::Memory, builder, &ManualClock::new(), |app, limiter| {
        app.service((own, open, shadow)).route("/plain", web::get().to(ok)).service(
            web::scope("/scope")
                .wrap(limiter.scope(fails).override_defaults(true))
                .route("", web::get().to(ok)),
        );
    });
    Ask::get(path).statuses(&server, 3).await
}

#[actix_web::test]
async fn default_limits_that_limit_nothing_are_nothing_to_fall_back_on() {
    let only_shadow = Limiter::builder().default_limits(Rule::new("1/minute").shadow());
    assert_eq!(statuses(only_shadow, "/own").await, [503; 3]);
    let only_open = Limiter::builder().default_limits(Rule::new(fails).on_error(OnError::Open));
    assert_eq!(statuses(only_open, "/own").await, [503; 3]);
}

#[actix_web::test]
async fn of_several_failures_the_strictest_answer_holds() {
    let closed = Limiter::builder().default_limits(Rule::new(fails).on_error(OnError::Closed));
    assert_eq!(statuses(closed, "/open").await, [503; 3]);
}

#[actix_web::test]
async fn default_limits_hold_in_place_of_all_others() {
    let defaults = || Limiter::builder().default_limits("2/minute");
    assert_eq!(statuses(defaults(), "/own").await, [200, 200, 429]);
    assert_eq!(statuses(defaults().application_limits(fails), "/plain").await, [200, 200, 429]);
    assert_eq!(statuses(defaults(), "/scope").await, [200, 200, 429]);
    let one_of_two = Limiter::builder().default_limits([Rule::new("2/minute"), Rule::new(fails)]);
    assert_eq!(statuses(one_of_two, "/plain").await, [200, 200, 429]);
}

#[actix_web::test]
async fn what_only_looks_on_refuses_nothing() {
    assert_eq!(statuses(Limiter::builder(), "/shadow").await, [200; 3]);
    assert_eq!(statuses(Limiter::builder().shadow(true), "/own").await, [200; 3]);
}
