//! Limits, costs and exemptions that depend on the request.

use std::time::Duration;

use actix_web::{HttpRequest, web};
use ratelimit_actix::{Limit, Limiter, ManualClock, OnError, Rule, key};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Whatever the header says.
fn said(request: &HttpRequest) -> Option<String> {
    header(request, "X-Limit").map(str::to_owned)
}

async fn said_later(request: &HttpRequest) -> Option<String> {
    actix_web::rt::task::yield_now().await;
    said(request)
}

fn failing(_: &HttpRequest) -> Result<Limit, &'static str> {
    Err("the database is away")
}

fn cost(request: &HttpRequest) -> u32 {
    header(request, "X-Cost").and_then(|cost| cost.parse().ok()).unwrap_or(1)
}

async fn cost_later(request: &HttpRequest) -> u32 {
    actix_web::rt::task::yield_now().await;
    cost(request)
}

async fn is_staff(request: &HttpRequest) -> bool {
    actix_web::rt::task::yield_now().await;
    header(request, "X-Staff").is_some()
}

fn route(app: &mut web::ServiceConfig) {
    app.route("/", web::get().to(ok));
}

#[actix_web::test]
async fn limits_may_depend_on_the_request_and_keep_their_counts() {
    for backend in Backend::ALL {
        for rule in [Rule::new(said), Rule::new(said_later)] {
            let clock = ManualClock::new();
            let builder = Limiter::builder().default_limits(rule);
            let server = serve(backend, builder, &clock, |app, _| route(app));
            let ask = |limit: &str| Ask::get("/").header("X-Limit", limit);
            assert_eq!(ask("2/minute").statuses(&server, 3).await, [200, 200, 429]);
            // A better plan from one request to the next: two of the four are used.
            assert_eq!(ask("4/minute").statuses(&server, 3).await, [200, 200, 429]);
            assert_eq!(ask("2/minute; 9/hour").statuses(&server, 1).await, [429]);
            // None, and an empty string, are no limit.
            assert_eq!(Ask::get("/").statuses(&server, 9).await, [200; 9]);
            assert_eq!(ask("").statuses(&server, 9).await, [200; 9]);
        }
    }
}

#[actix_web::test]
async fn a_failure_never_drops_the_limit_silently() {
    for (on_error, statuses) in [
        (None, [503, 503]),
        (Some(OnError::Fallback), [503, 503]),
        (Some(OnError::Closed), [503, 503]),
        (Some(OnError::Open), [200, 200]),
    ] {
        let clock = ManualClock::new();
        let rules = [Rule::new(failing), Rule::new(|_: &HttpRequest| "5/minuet")];
        let rules = rules.map(|rule| match on_error {
            Some(on_error) => rule.on_error(on_error),
            None => rule,
        });
        let server =
            serve(Backend::Memory, Limiter::builder().default_limits(rules), &clock, |app, _| route(app));
        assert_eq!(Ask::get("/").statuses(&server, 2).await, statuses, "{on_error:?}");
    }
}

#[actix_web::test]
async fn costs_may_depend_on_the_request() {
    for backend in Backend::ALL {
        for rule in [Rule::new("5/minute").cost_of(cost), Rule::new("5/minute").cost_of(cost_later)] {
            let builder = Limiter::builder().default_limits(rule);
            let server = serve(backend, builder, &ManualClock::new(), |app, _| route(app));
            let ask = |cost: &str| Ask::get("/").header("X-Cost", cost);
            assert_eq!(ask("0").statuses(&server, 9).await, [200; 9]);
            assert_eq!(ask("6").statuses(&server, 1).await, [429], "never passes, and takes nothing");
            assert_eq!(ask("4").statuses(&server, 2).await, [200, 429]);
            assert_eq!(ask("1").statuses(&server, 2).await, [200, 429]);
        }
    }
}

#[actix_web::test]
async fn exemptions_may_depend_on_the_request() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .application_limits(Rule::new("1/minute").exempt_when(is_staff))
            .default_limits(
                Rule::new("1/hour").exempt_when(|request: &HttpRequest| request.path() == "/free"),
            );
        let clock = ManualClock::new();
        let server = serve(backend, builder, &clock, |app, _| {
            app.route("/", web::get().to(ok)).route("/free", web::get().to(ok));
        });
        assert_eq!(Ask::get("/free").header("X-Staff", "1").statuses(&server, 5).await, [200; 5]);
        assert_eq!(Ask::get("/free").statuses(&server, 2).await, [200, 429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/").header("X-Staff", "1").statuses(&server, 2).await, [200, 429]);
    }
}

/// An asynchronous function on the limiter makes nobody's exemption or own limit inexact.
#[actix_web::test]
async fn attributes_hold_beside_asynchronous_functions() {
    use ratelimit_actix::{exempt, limit};

    #[actix_web::get("/own")]
    #[limit("3/minute", key = global)]
    async fn own() -> &'static str {
        "ok"
    }

    #[actix_web::get("/free")]
    #[exempt]
    async fn free() -> &'static str {
        "ok"
    }

    async fn one(_: &HttpRequest) -> &'static str {
        actix_web::rt::task::yield_now().await;
        "1/hour"
    }

    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits(Rule::new(one).key(key::ip()));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service((own, free)).route("/open", web::get().to(ok));
        });
        assert_eq!(Ask::get("/own").statuses(&server, 4).await, [200, 200, 200, 429]);
        assert_eq!(Ask::get("/free").statuses(&server, 4).await, [200; 4]);
        assert_eq!(Ask::get("/open").statuses(&server, 2).await, [200, 429]);
    }
}
