//! Limits that depend on requests and their responses, and answers of the application's own.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, error::ErrorInternalServerError, http::StatusCode, web};
use ratelimit_actix::{Breach, Limiter, ManualClock, Rule};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

/// Answers the status that the path names.
async fn answer(status: web::Path<u16>) -> HttpResponse {
    HttpResponse::new(StatusCode::from_u16(*status).expect("a status"))
}

fn is_internal(request: &HttpRequest) -> bool {
    request.headers().contains_key("X-Internal")
}

/// Vector 3: exempt requests take nothing.
#[actix_web::test]
async fn vector_3_default_limit_with_exemption() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let defaults = Limiter::builder().default_limits(Rule::new("1/hour").exempt_when(is_internal));
        let server = serve(backend, defaults, &clock, |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").header("X-Internal", "true").statuses(&server, 2).await, [200, 200]);
        assert_eq!(Ask::get("/").statuses(&server, 2).await, [200, 429]);
        clock.advance(Duration::from_hours(1));
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
    }
}

/// Vector 5: only what failed counts.
#[actix_web::test]
async fn vector_5_default_limit_with_conditional_deduction() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let failures = Rule::new("1/hour").deduct_when(|answer| answer.status() != StatusCode::OK);
        let server = serve(backend, Limiter::builder().default_limits(failures), &clock, |app, _| {
            app.route("/{status}", web::get().to(answer));
        });
        assert_eq!(Ask::get("/200").statuses(&server, 2).await, [200, 200]);
        assert_eq!(Ask::get("/400").statuses(&server, 2).await, [400, 429]);
        assert_eq!(Ask::get("/200").statuses(&server, 1).await, [429]);
        clock.advance(Duration::from_hours(1));
        assert_eq!(Ask::get("/200").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/400").statuses(&server, 1).await, [400]);
    }
}

/// Vector 14: application limits for each method.
#[actix_web::test]
async fn vector_14_application_limit_per_method() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().application_limits(Rule::new("2/minute").per_method());
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/t1", web::to(ok)).route("/t2", web::to(ok));
        });
        for method in ["GET", "POST"] {
            for (path, status) in [("/t1", 200), ("/t2", 200), ("/t1", 429), ("/t2", 429)] {
                assert_eq!(Ask::new(method, path).statuses(&server, 1).await, [status], "{method} {path}");
            }
        }
    }
}

/// Vector 15: a default limit that is found for each request.
#[actix_web::test]
async fn vector_15_callable_default_limit() {
    fn by_suspicion(request: &HttpRequest) -> &'static str {
        if request.headers().contains_key("X-Suspect") { "1/minute" } else { "2/minute" }
    }
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits(by_suspicion);
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.route("/t1", web::get().to(ok)).route("/t2", web::get().to(ok));
        });
        assert_eq!(Ask::get("/t1").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/t2").header("X-Suspect", "1").statuses(&server, 2).await, [200, 429]);
    }
}

/// Vector 23: one counter of failures for routes of the app and of a scope.
#[actix_web::test]
async fn vector_23_shared_limit_with_conditional_deduction() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = serve(backend, Limiter::builder(), &clock, |app, limiter| {
            let failures = || {
                let rule = Rule::new("2/minute").shared("failures");
                rule.deduct_when(|answer| answer.status() == StatusCode::BAD_REQUEST)
            };
            for scope in ["/app", "/bp"] {
                let routes = web::scope(scope).wrap(limiter.scope(failures()));
                app.service(
                    routes
                        .route("/a/{status}", web::get().to(answer))
                        .route("/b/{status}", web::get().to(answer)),
                );
            }
        });
        assert_eq!(Ask::get("/app/a/200").statuses(&server, 3).await, [200; 3]);
        assert_eq!(Ask::get("/app/b/400").statuses(&server, 1).await, [400]);
        assert_eq!(Ask::get("/bp/a/400").statuses(&server, 1).await, [400]);
        for path in ["/app/a/200", "/app/b/200", "/bp/a/200", "/bp/b/200"] {
            assert_eq!(Ask::get(path).statuses(&server, 1).await, [429], "{path}");
        }
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/app/a/200").statuses(&server, 1).await, [200]);
    }
}

/// Vector 29: of the limiter's and the limit's answers the limit's is given, if it gives one; both hear of it.
#[actix_web::test]
async fn vector_29_on_breach_callback_custom_response() {
    fn general(_: &HttpRequest, _: &Breach) -> HttpResponse {
        HttpResponse::TooManyRequests().body("from the limiter")
    }
    fn own(request: &HttpRequest, _: &Breach) -> Result<Option<HttpResponse>, actix_web::Error> {
        match request.query_string() {
            "answer" => Ok(Some(HttpResponse::ImATeapot().body("from the limit"))),
            "fail" => Err(ErrorInternalServerError("no answer")),
            _ => Ok(None),
        }
    }
    for backend in Backend::ALL {
        let builder =
            Limiter::builder().on_breach(general).default_limits(Rule::new("1/minute").on_breach(own));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
        let expected = [
            ("/", 429, "from the limiter"),
            ("/?answer", 418, "from the limit"),
            ("/?fail", 500, "no answer"),
        ];
        for (path, status, body) in expected {
            let answer = Ask::get(path).of(&server).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, body), "{path}");
            assert_eq!(answer.header("retry-after"), "60", "{path}");
        }
    }
}

/// Section 1.6: `exempt_when` on an overriding limit leaves the default limits out; a function that gives no
/// limit does as well. Unlike FL, where the second brings them back.
#[actix_web::test]
async fn an_exempt_scope_limit_keeps_overriding() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits("1/minute");
        let server = serve(backend, builder, &ManualClock::new(), |app, limiter| {
            let exempt = Rule::new("1/hour").exempt_when(|_: &HttpRequest| true);
            let nothing = Rule::new(|_: &HttpRequest| None::<&str>);
            for (scope, rule) in [("/exempt", exempt), ("/nothing", nothing)] {
                let overriding = limiter.scope(rule).override_defaults(true);
                app.service(web::scope(scope).wrap(overriding).route("", web::get().to(ok)));
            }
        });
        assert_eq!(Ask::get("/exempt").statuses(&server, 3).await, [200; 3]);
        assert_eq!(Ask::get("/nothing").statuses(&server, 3).await, [200; 3]);
    }
}

/// Section 1.10: an error in an application's own function is no failure of the storage.
#[actix_web::test]
async fn a_function_that_fails_is_no_outage() {
    fn broken(request: &HttpRequest) -> Result<&'static str, &'static str> {
        if request.path() == "/broken" { Err("no such tenant") } else { Ok("1/minute") }
    }
    for backend in Backend::ALL {
        let limiter = backend.behind(Limiter::builder().default_limits(broken), &ManualClock::new());
        let limiter = limiter.build().expect("right settings");
        let health = limiter.clone();
        let server = ratelimit_tests::Server::start(limiter, |app, _| {
            app.route("/broken", web::get().to(ok)).route("/fine", web::get().to(ok));
        });
        assert_eq!(Ask::get("/broken").statuses(&server, 2).await, [503, 503]);
        assert_eq!(Ask::get("/fine").statuses(&server, 2).await, [200, 429]);
        assert_eq!(health.storage_health().outages(), 0);
    }
}

/// Section 1.1: a route's limits that don't hold for a request leave the application's headers in sight.
#[actix_web::test]
async fn an_exempt_limit_hides_no_headers() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .application_limits("9/minute")
            .default_limits(Rule::new("1/minute").exempt_when(is_internal));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        let answer = Ask::get("/").header("X-Internal", "1").of(&server).await;
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")), ("9", "8"));
    }
}
