//! `deduct_when`: only some responses count, exactly, however many requests run at once.

use std::time::Duration;

use actix_web::{HttpResponse, http::StatusCode, web};
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, ManualClock, Rule};
use ratelimit_tests::{Ask, Backend};

use super::serve;

/// Answers the status that the path names, after letting others run.
async fn answer(status: web::Path<u16>) -> HttpResponse {
    actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    HttpResponse::new(StatusCode::from_u16(*status).expect("a status"))
}

async fn fail() -> Result<&'static str, actix_web::Error> {
    Err(actix_web::error::ErrorUnauthorized("who are you?"))
}

fn failures(limits: &'static str) -> Rule {
    Rule::new(limits).deduct_when(|answer| answer.status().is_client_error())
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/answer/{status}", web::get().to(answer)).route("/fail", web::get().to(fail));
}

#[actix_web::test]
async fn only_those_that_it_names_count() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits(failures("2/minute"));
        let server = serve(backend, builder, &clock, |app, _| routes(app));
        assert_eq!(Ask::get("/answer/200").statuses(&server, 5).await, [200; 5]);
        assert_eq!(Ask::get("/answer/404").statuses(&server, 3).await, [404, 404, 429]);
        assert_eq!(Ask::get("/answer/200").statuses(&server, 1).await, [429], "one counter for the route");
        assert_eq!(Ask::get("/fail").statuses(&server, 3).await, [401, 401, 429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/answer/200").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn parallel_requests_cannot_overrun_it() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits(failures("5/minute"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| routes(app));
        let ask = Ask::get("/answer/403");
        let answers = join_all((0..40).map(|_| ask.of(&server))).await;
        let failed = answers.iter().filter(|answer| answer.status == 403).count();
        assert_eq!(failed, 5, "{backend:?}");
    }
}

/// Unlike FL, where a limit that comes earlier counts another's refusals.
#[actix_web::test]
async fn refusals_by_other_limits_do_not_count() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().application_limits(failures("2/hour")).default_limits("1/minute");
        let server = serve(backend, builder, &clock, |app, _| routes(app));
        assert_eq!(
            Ask::get("/answer/200").statuses(&server, 9).await,
            [[200].as_slice(), &[429; 8]].concat()
        );
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/answer/404").statuses(&server, 1).await, [404]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/answer/404").statuses(&server, 1).await, [404]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/answer/200").statuses(&server, 1).await, [429]);
    }
}

#[actix_web::get("/unfound")]
#[ratelimit_actix::limit(unfound, on_error = closed)]
async fn unfound_limits() -> &'static str {
    "ok"
}

fn unfound(_: &actix_web::HttpRequest) -> Result<ratelimit_actix::Limit, &'static str> {
    Err("away")
}

/// Nor do the limiter's own 503s.
#[actix_web::test]
async fn what_the_limiter_turns_away_does_not_count() {
    let errors = Rule::new("2/minute").deduct_when(|answer| answer.status().is_server_error());
    let builder = Limiter::builder().application_limits(errors);
    let server = serve(Backend::Memory, builder, &ManualClock::new(), |app, _| {
        app.service(unfound_limits);
    });
    assert_eq!(Ask::get("/unfound").statuses(&server, 4).await, [503; 4]);
}

/// Unlike FL, where they are stale once a handler has looked at them.
#[actix_web::test]
async fn headers_say_what_is_left_after_the_deduction() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits(failures("5/minute"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| routes(app));
        for (path, left) in
            [("/answer/200", "5"), ("/answer/404", "4"), ("/answer/200", "4"), ("/answer/404", "3")]
        {
            assert_eq!(Ask::get(path).of(&server).await.header("x-ratelimit-remaining"), left, "{path}");
        }
    }
}
