//! S7: what is named twice counts once, and nothing that differs is lost by it.

use actix_web::{HttpRequest, HttpResponse, get, web};
use ratelimit_actix::{Limiter, ManualClock, Rule, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

fn succeeded(answer: &HttpResponse) -> bool {
    answer.status().is_success()
}

fn failed(answer: &HttpResponse) -> bool {
    answer.status().is_client_error()
}

#[get("/deduct")]
#[limit("2/minute", deduct_when = failed)]
#[limit("2/minute", deduct_when = succeeded)]
async fn deduct() -> &'static str {
    "ok"
}

#[get("/meta")]
#[limit("1/hour")]
#[limit("1/hour", meta = "1/day")]
async fn meta() -> &'static str {
    "ok"
}

#[get("/shared")]
#[limit("9/minute", shared = "t", override_defaults = false)]
async fn shared() -> &'static str {
    "ok"
}

#[get("/named")]
#[limit("5/minute", shared = "s")]
async fn named() -> &'static str {
    "ok"
}

#[get("/plain")]
#[limit("2/minute")]
#[limit("2/minute; 9/hour")]
async fn plain() -> &'static str {
    "ok"
}

#[actix_web::test]
async fn rules_with_functions_and_answers_of_their_own_are_not_merged() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, _| {
            app.service((deduct, meta, plain));
        });
        assert_eq!(Ask::get("/deduct").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/meta").statuses(&server, 1).await, [200]);
        assert_eq!(
            Ask::get("/meta").of(&server).await.header("retry-after"),
            "86400",
            "its meta limit counts"
        );
        assert_eq!(Ask::get("/plain").statuses(&server, 3).await, [200, 200, 429], "once");
    }
}

#[actix_web::test]
async fn limits_of_closures_are_told_apart() {
    for backend in Backend::ALL {
        let limits = [Rule::new(|_: &HttpRequest| "100/minute"), Rule::new(|_: &HttpRequest| "2/minute")];
        let server =
            serve(backend, Limiter::builder().default_limits(limits), &ManualClock::new(), |app, _| {
                app.route("/", web::get().to(ok));
            });
        assert_eq!(Ask::get("/").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn keys_of_closures_are_told_apart() {
    fn header(request: &HttpRequest, name: &str) -> Option<String> {
        Some(request.headers().get(name)?.to_str().ok()?.to_owned())
    }
    for backend in Backend::ALL {
        let limits = [
            Rule::new("3/minute").key(|request: &HttpRequest| header(request, "X-Tenant")),
            Rule::new("3/minute").key(|request: &HttpRequest| header(request, "X-User")),
        ];
        let server =
            serve(backend, Limiter::builder().default_limits(limits), &ManualClock::new(), |app, _| {
                app.route("/", web::get().to(ok));
            });
        for (tenant, user) in [("7", "a"), ("7", "b"), ("7", "c"), ("8", "7")] {
            let ask = Ask::get("/").header("X-Tenant", tenant).header("X-User", user);
            assert_eq!(ask.statuses(&server, 1).await, [200], "tenant {tenant}, user {user}");
        }
    }
}

#[actix_web::test]
async fn of_two_limits_on_one_counter_the_stricter_holds() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits(Rule::new("2/minute").shared("t"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(shared);
        });
        assert_eq!(Ask::get("/shared").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn a_name_of_the_applications_is_no_handlers() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().application_limits(Rule::new("4/minute").shared("s"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(named);
        });
        assert_eq!(Ask::get("/named").statuses(&server, 5).await, [200, 200, 200, 200, 429]);
    }
}
