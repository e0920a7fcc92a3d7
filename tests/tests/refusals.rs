//! S9, S10, S11: what a refused client is told, and that nothing ran.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_cors::Cors;
use actix_web::{
    App, FromRequest, HttpRequest, HttpResponse, HttpServer, Responder, dev::Payload, get, http::StatusCode,
    middleware::DefaultHeaders, post, web,
};
use ratelimit_actix::{Headers, LimitInfo, Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend, Server};

#[get("/open")]
async fn open() -> impl Responder {
    "ok"
}

#[get("/data")]
#[limit("2/minute; 10/hour", name = "data")]
async fn data() -> impl Responder {
    "ok"
}

#[get("/info")]
#[limit("3/minute", name = "info")]
async fn info(info: LimitInfo) -> impl Responder {
    let verdict = info.tightest().expect("a decision was made");
    format!("{} {} {}", verdict.policy().name(), verdict.tier(), verdict.decision().remaining())
}

#[get("/busy")]
#[limit("1/minute")]
async fn busy() -> impl Responder {
    HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "1000")).finish()
}

/// Counts how often the user's extractors ran.
static EXTRACTED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl FromRequest for Counted {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        EXTRACTED.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Self))
    }
}

#[post("/body")]
#[limit("1/minute")]
async fn body(_counted: Counted, text: web::Json<String>) -> impl Responder {
    text.into_inner()
}

fn routes(app: &mut web::ServiceConfig, _: &Limiter) {
    app.service((open, data, info, busy, body));
}

fn start(backend: Backend) -> (Server, ManualClock) {
    let clock = ManualClock::at(Duration::from_secs(1_000_000_000));
    let builder = Limiter::builder().default_limits("2/minute");
    let limiter = backend.behind(builder, &clock).build().expect("right settings");
    (Server::start(limiter, routes), clock)
}

#[actix_web::test]
async fn answers_carry_the_tightest_limit() {
    for backend in Backend::ALL {
        let (server, clock) = start(backend);
        clock.advance(Duration::from_millis(500));
        let answer = Ask::get("/data").of(&server).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("x-ratelimit-limit"), "2");
        assert_eq!(answer.header("x-ratelimit-remaining"), "1");
        assert_eq!(answer.header("x-ratelimit-reset"), "1000000061", "rounded up");
        assert_eq!(answer.header("ratelimit-policy"), "\"data\";q=2;w=60");
        assert_eq!(answer.header("ratelimit"), "\"data\";r=1;t=60");
        assert_eq!(answer.header("retry-after"), "", "only refusals say when to come back");
    }
}

#[actix_web::test]
async fn refusals_say_exactly_when_to_come_back() {
    for backend in Backend::ALL {
        let (server, clock) = start(backend);
        for path in ["/data", "/open"] {
            assert_eq!(Ask::get(path).statuses(&server, 2).await, [200, 200]);
            clock.advance(Duration::from_millis(100));
            let refused = Ask::get(path).of(&server).await;
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(refused.header("retry-after"), "60");
            assert_eq!(refused.header("x-ratelimit-remaining"), "0");
            assert_eq!(refused.header("content-type"), "application/problem+json");
            let problem: serde_json::Value = serde_json::from_str(&refused.body).expect("JSON");
            assert_eq!(problem["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded");
            assert_eq!(problem["status"], 429);
            let name = if path == "/data" { "data" } else { "2 per 1 minute" };
            assert_eq!(problem["violated-policies"], serde_json::json!([name]));
            clock.advance(Duration::from_mins(1));
            assert_eq!(Ask::get(path).statuses(&server, 1).await, [200]);
        }
    }
}

#[actix_web::test]
async fn retry_after_of_one_tier_counts_in_the_later_one() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits("1/hour").application_limits("1/minute");
        let limiter = backend.behind(builder, &clock).build().expect("right settings");
        let server = Server::start(limiter, routes);
        assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200]);
        // The application limit refuses first, but after its minute the default would refuse.
        assert_eq!(Ask::get("/open").of(&server).await.header("retry-after"), "3600");
        assert_eq!(Ask::get("/data").of(&server).await.header("retry-after"), "60");
    }
}

/// A handler that takes half a minute by the limiter's clock.
#[get("/slow")]
#[limit("5/minute", name = "slow")]
async fn slow(clock: web::Data<ManualClock>) -> impl Responder {
    clock.advance(Duration::from_secs(30));
    "ok"
}

#[actix_web::test]
async fn headers_are_true_when_they_are_sent() {
    let clock = ManualClock::at(Duration::from_secs(1_000_000_000));
    let limiter = Limiter::builder().clock(clock.clone()).build().expect("right settings");
    let server = Server::start(limiter, move |app, _| {
        app.app_data(web::Data::new(clock.clone())).service(slow);
    });
    let answer = Ask::get("/slow").of(&server).await;
    assert_eq!(answer.header("x-ratelimit-reset"), "1000000060");
    assert_eq!(answer.header("ratelimit"), "\"slow\";r=4;t=30");
}

#[actix_web::test]
async fn text_for_those_who_prefer_it() {
    let (server, _) = start(Backend::Memory);
    let ask = Ask::get("/open").header("Accept", "text/plain");
    assert_eq!(ask.statuses(&server, 2).await, [200, 200]);
    let refused = ask.of(&server).await;
    assert_eq!(refused.header("content-type"), "text/plain; charset=utf-8");
}

#[actix_web::test]
async fn no_extractor_runs_and_no_body_is_read_before_the_limit_says_yes() {
    for backend in Backend::ALL {
        let (server, _) = start(backend);
        let before = EXTRACTED.load(Ordering::SeqCst);
        let ask = Ask::new("POST", "/body").header("Content-Type", "application/json");
        // Bad JSON counts, for the limit is asked first; then it is refused before the JSON is looked at.
        assert_eq!(ask.clone().body("not json").statuses(&server, 3).await, [400, 429, 429]);
        assert_eq!(EXTRACTED.load(Ordering::SeqCst), before + 1, "{backend:?}");
        let huge = vec![b'x'; 200_000];
        assert_eq!(ask.body(huge).of(&server).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[actix_web::test]
async fn handlers_see_their_decisions() {
    for backend in Backend::ALL {
        let (server, _) = start(backend);
        assert_eq!(Ask::get("/info").of(&server).await.body, "info route 2");
        assert_eq!(Ask::get("/info").of(&server).await.body, "info route 1");
    }
}

#[actix_web::test]
async fn an_apps_own_retry_after_is_never_shortened() {
    let (server, _) = start(Backend::Memory);
    assert_eq!(Ask::get("/busy").of(&server).await.header("retry-after"), "1000");
}

#[actix_web::test]
async fn the_app_answers_in_its_own_way_if_it_wants() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let limiter = Limiter::builder()
        .default_limits("1/minute")
        .on_breach(move |request, breach| {
            counted.fetch_add(1, Ordering::SeqCst);
            let calm = StatusCode::from_u16(420).expect("a status");
            HttpResponse::build(calm).body(format!(
                "{}: {}",
                request.path(),
                breach.refused()[0].policy().name()
            ))
        })
        .clock(ManualClock::new())
        .build()
        .expect("right settings");
    let server = Server::start(limiter, routes);
    assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200]);
    let answer = Ask::get("/open").of(&server).await;
    assert_eq!(answer.status.as_u16(), 420);
    assert_eq!(answer.body, "/open: 1 per 1 minute");
    assert_eq!(answer.header("retry-after"), "60");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn headers_survive_other_middlewares_and_theirs_survive_refusals() {
    let limiter = Limiter::builder()
        .default_limits("1/minute")
        .headers(Headers::legacy())
        .clock(ManualClock::new())
        .build()
        .expect("right settings");
    let server = HttpServer::new(move || {
        App::new()
            .wrap(limiter.clone())
            .wrap(Cors::default().allowed_origin("https://app.test").expose_any_header())
            .wrap(DefaultHeaders::new().add(("x-served-by", "test")))
            .service(open)
    });
    let server = server.workers(2).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let server = Server::run(server.addrs()[0], server.run());
    let ask = Ask::get("/open").header("Origin", "https://app.test");
    for (status, remaining) in [(200, "0"), (429, "0")] {
        let answer = ask.of(&server).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.header("x-ratelimit-remaining"), remaining);
        assert_eq!(answer.header("ratelimit"), "", "that family was not chosen");
        assert_eq!(answer.header("access-control-allow-origin"), "https://app.test");
        assert_eq!(answer.header("x-served-by"), "test");
        assert_eq!(answer.headers.get_all("x-ratelimit-limit").count(), 1);
    }
}
