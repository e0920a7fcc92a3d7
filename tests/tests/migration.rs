//! docs/migrating-from-flask-limiter.md: every row names a test that is there, and what no other test shows is
//! shown here.

use std::{fs, path::Path, time::Duration};

use actix_web::{HttpRequest, HttpResponse, Responder, get, http::StatusCode, route, web};
use ratelimit_actix::{Breach, Headers, Limiter, ManualClock, Rule, limit};
use ratelimit_tests::{Ask, Backend, Server};

async fn ok() -> impl Responder {
    "ok"
}

#[test]
fn every_row_names_a_test_that_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document =
        fs::read_to_string(folder.join("../docs/migrating-from-flask-limiter.md")).expect("a document");
    let rows = document.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Flask-Limiter"));
    let mut count = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").collect();
        let [_, _, test] = cells[..] else { panic!("three cells, please: {row}") };
        let parts: Vec<_> = test.split('`').filter(|part| !part.trim().is_empty()).collect();
        let [file, function] = parts[..] else { panic!("a file and a test, please: {row}") };
        let source = fs::read_to_string(folder.join("tests").join(file)).expect(file);
        assert!(source.contains(&format!("fn {function}(")), "no such test in {file}: {row}");
        count += 1;
    }
    assert!(count > 60, "only {count} rows were read");
}

#[actix_web::test]
async fn application_limits_have_costs() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().application_limits(Rule::new("5/minute").cost(2));
        let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn headers_have_other_names() {
    let headers = Headers::legacy().rename_limit("X-My-Limit").rename_remaining("X-My-Remaining");
    let headers = headers.rename_reset("X-My-Reset").rename_retry_after("X-My-Retry");
    let limiter = Limiter::builder().default_limits("1/minute").headers(headers).clock(ManualClock::new());
    let server = Server::start(limiter.build().expect("right settings"), |app, _| {
        app.route("/", web::get().to(ok));
    });
    let passed = Ask::get("/").of(&server).await;
    assert_eq!((passed.header("x-my-limit"), passed.header("x-my-remaining")), ("1", "0"));
    assert_eq!(Ask::get("/").of(&server).await.header("x-my-retry"), "60");
}

/// `storage_options` are the URI's parameters. Nothing is connected before the first request.
#[test]
fn storages_are_named_by_uri() {
    for uri in [
        "memory://",
        "redis://:secret@localhost:6379/1",
        "rediss://localhost:6379",
        "redis+unix:///run/redis.sock?db=1",
        "redis+sentinel://localhost:26379/service?sentinel_password=secret",
        "redis+cluster://localhost:7000,localhost:7001",
        "valkey://localhost:6379",
    ] {
        assert!(Limiter::builder().storage_uri(uri).build().is_ok(), "{uri}");
    }
    for uri in ["memcached://localhost:11211", "redis://localhost:6379/1?socket_timeout=3", "localhost"] {
        let error = Limiter::builder().storage_uri(uri).build().expect_err(uri).to_string();
        assert!(error.contains("storage_uri: "), "{error}");
    }
}

#[get("/a")]
#[limit("1/minute", scope = "named")]
async fn named() -> impl Responder {
    "ok"
}

#[get("/b")]
#[limit("1/minute", scope = "named")]
async fn named_alike() -> impl Responder {
    "ok"
}

#[get("/c")]
#[limit("1/minute")]
async fn by_its_path() -> impl Responder {
    "ok"
}

#[actix_web::test]
async fn counters_have_names() {
    for backend in Backend::ALL {
        let limiter =
            backend.behind(Limiter::builder(), &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, |app, _| {
            app.service((named, named_alike, by_its_path));
        });
        assert_eq!(Ask::get("/a").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/b").statuses(&server, 1).await, [429], "one name, one counter");
        assert_eq!(Ask::get("/c").statuses(&server, 2).await, [200, 429]);
    }
}

fn by_plan(request: &HttpRequest) -> Option<&'static str> {
    request.headers().contains_key("X-Pro").then_some("2/minute")
}

fn is_staff(request: &HttpRequest) -> bool {
    request.headers().contains_key("X-Staff")
}

fn failed(answer: &HttpResponse) -> bool {
    answer.status() == StatusCode::BAD_REQUEST
}

fn refuse(_: &HttpRequest, breach: &Breach) -> HttpResponse {
    HttpResponse::TooManyRequests().body(breach.refused()[0].policy().name().to_owned())
}

#[get("/dynamic")]
#[limit(by_plan)]
async fn dynamic() -> impl Responder {
    "ok"
}

#[route("/per-method", method = "GET", method = "POST")]
#[limit("1/minute", per_method)]
async fn per_method() -> impl Responder {
    "ok"
}

#[get("/message")]
#[limit("0/minute", error_message = "not today")]
async fn message() -> impl Responder {
    "ok"
}

#[get("/exempt")]
#[limit("1/minute", exempt_when = is_staff)]
async fn exempt_when() -> impl Responder {
    "ok"
}

#[get("/both")]
#[limit("9/minute", override_defaults = false)]
async fn both() -> impl Responder {
    "ok"
}

#[get("/deduct/{status}")]
#[limit("1/minute", deduct_when = failed)]
async fn deduct(status: web::Path<u16>) -> impl Responder {
    HttpResponse::new(StatusCode::from_u16(*status).expect("a status"))
}

#[get("/breach")]
#[limit("0/minute", name = "mine", on_breach = refuse)]
async fn answered() -> impl Responder {
    "ok"
}

#[get("/meta")]
#[limit("1/second", meta = "1/minute")]
async fn meta() -> impl Responder {
    "ok"
}

#[actix_web::test]
async fn a_limit_has_all_that_its_decorator_had() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits("3/minute");
        let server =
            Server::start(backend.behind(builder, &clock).build().expect("right settings"), |app, _| {
                app.service((dynamic, per_method, message, exempt_when, both, deduct, answered, meta));
            });
        assert_eq!(Ask::get("/dynamic").header("X-Pro", "1").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/dynamic").statuses(&server, 5).await, [200; 5]);
        for method in ["GET", "POST"] {
            assert_eq!(Ask::new(method, "/per-method").statuses(&server, 2).await, [200, 429], "{method}");
        }
        let told = Ask::get("/message").header("Accept", "text/plain").of(&server).await;
        assert_eq!((told.status.as_u16(), told.body.as_str()), (429, "not today"));
        assert_eq!(Ask::get("/exempt").header("X-Staff", "1").statuses(&server, 3).await, [200; 3]);
        assert_eq!(Ask::get("/exempt").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/both").statuses(&server, 4).await, [200, 200, 200, 429]);
        assert_eq!(Ask::get("/deduct/200").statuses(&server, 3).await, [200; 3]);
        assert_eq!(Ask::get("/deduct/400").statuses(&server, 2).await, [400, 429]);
        assert_eq!(Ask::get("/breach").of(&server).await.body, "mine");
        assert_eq!(Ask::get("/meta").statuses(&server, 2).await, [200, 429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/meta").statuses(&server, 1).await, [429], "shut out for the minute");
        clock.advance(Duration::from_secs(59));
        assert_eq!(Ask::get("/meta").statuses(&server, 1).await, [200]);
    }
}

/// A helper that handlers call: its limits are asked by hand, from the first request on.
async fn helper(limiter: &Limiter) -> Result<(), HttpResponse> {
    match limiter.limit("2/day").scope("helper").hit().await {
        Ok(decision) if decision.is_allowed() => Ok(()),
        Ok(_) => Err(HttpResponse::TooManyRequests().finish()),
        Err(_) => Err(HttpResponse::ServiceUnavailable().finish()),
    }
}

async fn helped(limiter: web::Data<Limiter>) -> HttpResponse {
    helper(&limiter).await.map_or_else(|refused| refused, |()| HttpResponse::Ok().finish())
}

/// Vector 30. Unlike FL, where the helper's limits change with the second request what holds beside them: here
/// the route's default limits hold, and the helper's.
#[actix_web::test]
async fn vector_30_limits_on_helper_functions() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits("1/second");
        let server = Server::start(
            backend.behind(builder, &clock).build().expect("right settings"),
            |app, limiter| {
                app.app_data(web::Data::new(limiter.clone())).route("/t4", web::get().to(helped));
            },
        );
        assert_eq!(Ask::get("/t4").statuses(&server, 2).await, [200, 429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/t4").statuses(&server, 1).await, [200]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/t4").statuses(&server, 1).await, [429], "the helper's two are used");
    }
}

async fn around_blocks(limiter: web::Data<Limiter>) -> HttpResponse {
    let second = limiter.limit("1/second").scope("first block").hit().await;
    if !second.is_ok_and(|decision| decision.is_allowed()) {
        return HttpResponse::TooManyRequests().finish();
    }
    let day = limiter.limit("1/day").scope("second block").hit().await;
    let maybe = if day.is_ok_and(|decision| decision.is_allowed()) { "maybe" } else { "" };
    HttpResponse::Ok().body(format!("ok{maybe}"))
}

/// Vector 32: limits around blocks. Equal limits in two blocks count apart by their names, unlike FL.
#[actix_web::test]
async fn vector_32_a_limit_around_a_block() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let limiter = backend.behind(Limiter::builder(), &clock).build().expect("right settings");
        let server = Server::start(limiter, |app, limiter| {
            app.app_data(web::Data::new(limiter.clone())).route("/", web::get().to(around_blocks));
        });
        assert_eq!(Ask::get("/").of(&server).await.body, "okmaybe");
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/").of(&server).await.body, "ok");
    }
}
