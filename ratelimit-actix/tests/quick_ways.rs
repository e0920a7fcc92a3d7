//! One plain limit is asked by a short way. A cost that is a function forces the general one: both answer alike.

use actix_web::{
    App, HttpMessage, HttpRequest, HttpResponse, Responder,
    body::to_bytes,
    dev::Service,
    http::Method,
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Limiter, LimiterBuilder, MissingKey, Rule, exempt, key, limit};
use ratelimit_core::ManualClock;

fn one(_: &HttpRequest) -> u32 {
    1
}

#[limit("2/minute", name = "own")]
async fn short() -> impl Responder {
    "ok"
}

#[limit("2/minute", name = "own", cost = one)]
async fn general() -> impl Responder {
    "ok"
}

#[limit("2/minute", key = header("X-Api-Key"), name = "own")]
async fn short_by_key() -> impl Responder {
    "ok"
}

#[limit("2/minute", key = header("X-Api-Key"), name = "own", cost = one)]
async fn general_by_key() -> impl Responder {
    "ok"
}

/// What a client sees: the status, the headers in order of their names, and the body.
type Answer = (u16, Vec<(String, String)>, Vec<u8>);

/// The answers to a schedule of requests by several clients, with and without keys, to a route and to none.
async fn answers(builder: LimiterBuilder, routes: fn(&mut web::ServiceConfig)) -> Vec<Answer> {
    let clock = ManualClock::at(std::time::Duration::from_secs(1_700_000_000));
    let limiter = builder.clock(clock.clone()).build().expect("a limiter");
    let service = init_service(App::new().wrap(limiter).configure(routes)).await;
    let mut answers = Vec::new();
    for round in 0..60_u32 {
        clock.advance(std::time::Duration::from_secs(u64::from(round % 7)));
        let method = [Method::GET, Method::POST, Method::OPTIONS, Method::HEAD][round as usize % 4].clone();
        let path = ["/a", "/a", "/b", "/none"][(round / 3) as usize % 4];
        let peer = format!("203.0.113.{}:1000", round % 3).parse().expect("an address");
        let mut request = TestRequest::with_uri(path).method(method).peer_addr(peer);
        if round % 5 > 1 {
            request = request.insert_header(("X-Api-Key", format!("key-{}", round % 2)));
        }
        if round % 2 == 0 {
            request = request.insert_header(("Accept", "text/plain"));
        }
        let answer = call_service(&service, request.to_request()).await;
        let status = answer.status().as_u16();
        let mut headers: Vec<_> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        headers.sort();
        let body = to_bytes(answer.into_body()).await.unwrap_or_else(|_| panic!("a body")).to_vec();
        answers.push((status, headers, body));
    }
    assert!(answers.iter().any(|(status, ..)| *status == 429), "somebody is refused");
    assert!(answers.iter().any(|(status, ..)| *status == 200), "somebody passes");
    answers
}

fn plain(app: &mut web::ServiceConfig) {
    let ok = || async { HttpResponse::Ok().body("ok") };
    app.route("/a", web::route().to(ok)).route("/b", web::get().to(ok));
}

#[actix_web::test]
async fn a_default_limit_is_the_same_by_either_way() {
    let rule = || Rule::new("2/minute").name("all");
    let variants: [fn(Rule) -> Rule; 5] = [
        |rule| rule,
        |rule| rule.methods(["GET", "POST"]),
        |rule| rule.per_method(),
        |rule| rule.key(key::header("X-Api-Key")),
        |rule| rule.shared("all"),
    ];
    for variant in variants {
        for missing in [MissingKey::ClientAddress, MissingKey::Refuse, MissingKey::Skip] {
            let with = |rule| Limiter::builder().missing_key(missing).default_limits([variant(rule)]);
            let quick = answers(with(rule()), plain).await;
            let slow = answers(with(rule().cost_of(one)), plain).await;
            assert_eq!(quick, slow);
        }
    }
}

/// An app without a decorated handler has nothing to learn from routing, and its limits are asked before.
#[actix_web::test]
async fn a_default_limit_is_the_same_before_routing_and_after() {
    fn beside_a_decorated_handler(app: &mut web::ServiceConfig) {
        app.route("/c", web::get().to(short));
        plain(app);
    }
    let variants: [fn() -> LimiterBuilder; 4] = [
        || Limiter::builder().default_limits("2/minute"),
        || Limiter::builder().default_limits("2/minute; 5/hour"),
        || Limiter::builder().default_limits("2/minute").application_limits("5/minute").meta_limits("3/hour"),
        || {
            let ok = |answer: &HttpResponse| answer.status() == 200;
            Limiter::builder().default_limits(Rule::new("2/minute").deduct_when(ok)).limit_unmatched(false)
        },
    ];
    let mut before = Vec::new();
    for builder in variants {
        before.push(answers(builder(), plain).await);
    }
    // From here on this thread has built a decorated handler.
    for (builder, before) in variants.into_iter().zip(before) {
        assert_eq!(answers(builder(), beside_a_decorated_handler).await, before);
    }
}

#[actix_web::test]
async fn a_refusal_before_routing_keeps_the_true_request() {
    let limiter = Limiter::builder().default_limits("0/minute").build().expect("a limiter");
    let service = init_service(App::new().wrap(limiter).configure(plain).wrap_fn(|request, service| {
        request.extensions_mut().insert("from outside");
        service.call(request)
    }))
    .await;
    let answer = call_service(&service, TestRequest::with_uri("/a").to_request()).await;
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.request().extensions().get::<&str>(), Some(&"from outside"));
}

#[actix_web::test]
async fn a_handlers_limit_is_the_same_by_either_way() {
    fn short_way(app: &mut web::ServiceConfig) {
        app.route("/a", web::route().to(short)).route("/b", web::get().to(short_by_key));
    }
    fn general_way(app: &mut web::ServiceConfig) {
        app.route("/a", web::route().to(general)).route("/b", web::get().to(general_by_key));
    }
    for missing in [MissingKey::ClientAddress, MissingKey::Refuse, MissingKey::Skip] {
        for others in ["", "5/hour"] {
            let builder = || {
                let builder = Limiter::builder().missing_key(missing);
                if others.is_empty() {
                    builder
                } else {
                    builder.application_limits(others).default_limits("1/minute")
                }
            };
            let (quick, slow) = (answers(builder(), short_way).await, answers(builder(), general_way).await);
            // A handler's path is part of nothing that is shown.
            assert_eq!(quick, slow);
        }
    }
}

/// Whoever finds keys is asked once a request, whatever comes of it.
#[actix_web::test]
async fn a_key_is_looked_for_once() {
    use std::sync::atomic::{AtomicU64, Ordering};
    static ASKED: AtomicU64 = AtomicU64::new(0);
    fn counted(_: &HttpRequest) -> Option<String> {
        ASKED.fetch_add(1, Ordering::Relaxed);
        None
    }
    for missing in [MissingKey::ClientAddress, MissingKey::Refuse, MissingKey::Skip] {
        let rule = Rule::new("2/minute").key(key::from_fn(counted));
        let limiter =
            Limiter::builder().missing_key(missing).default_limits([rule]).build().expect("a limiter");
        let service = init_service(App::new().wrap(limiter).configure(plain)).await;
        let before = ASKED.load(Ordering::Relaxed);
        call_service(&service, TestRequest::with_uri("/a").to_request()).await;
        assert_eq!(ASKED.load(Ordering::Relaxed) - before, 1, "{missing:?}");
    }
}

#[limit("2/minute; 4/hour", name = "own")]
async fn short_twice() -> impl Responder {
    "ok"
}

#[limit("2/minute; 4/hour", name = "own", cost = one)]
async fn general_twice() -> impl Responder {
    "ok"
}

#[limit("2/minute", name = "own")]
#[limit("3/hour", key = header("X-Api-Key"), methods("GET"), name = "other")]
#[limit("2/minute", name = "own")]
async fn short_rules() -> impl Responder {
    "ok"
}

#[limit("2/minute", name = "own", cost = one)]
#[limit("3/hour", key = header("X-Api-Key"), methods("GET"), name = "other", cost = one)]
#[limit("2/minute", name = "own", cost = one)]
async fn general_rules() -> impl Responder {
    "ok"
}

#[actix_web::test]
async fn several_limits_of_a_handler_are_the_same_by_either_way() {
    fn short_way(app: &mut web::ServiceConfig) {
        app.route("/a", web::route().to(short_twice)).route("/b", web::route().to(short_rules));
    }
    fn general_way(app: &mut web::ServiceConfig) {
        app.route("/a", web::route().to(general_twice)).route("/b", web::route().to(general_rules));
    }
    for missing in [MissingKey::ClientAddress, MissingKey::Refuse, MissingKey::Skip] {
        let builder = || Limiter::builder().default_limits("1/minute").missing_key(missing);
        let (quick, slow) = (answers(builder(), short_way).await, answers(builder(), general_way).await);
        assert_eq!(quick, slow);
    }
}

#[exempt]
async fn free() -> impl Responder {
    "ok"
}

#[exempt(default)]
#[limit("3/minute", methods("POST"), name = "own")]
async fn free_but_for_post() -> impl Responder {
    "ok"
}

/// A handler that owes nothing is asked for nothing, whatever others owe.
#[actix_web::test]
async fn handlers_that_owe_nothing_run() {
    let limiter = Limiter::builder().default_limits("0/minute").build().expect("a limiter");
    let routes = |app: &mut web::ServiceConfig| {
        app.route("/a", web::route().to(free)).route("/b", web::route().to(free_but_for_post));
        app.route("/c", web::route().to(|| async { "ok" }));
    };
    let service = init_service(App::new().wrap(limiter).configure(routes)).await;
    for (method, path, passing) in
        [(Method::GET, "/a", 9), (Method::GET, "/b", 9), (Method::POST, "/b", 3), (Method::GET, "/c", 0)]
    {
        for number in 0..9 {
            let request = TestRequest::with_uri(path).method(method.clone()).to_request();
            let status = call_service(&service, request).await.status();
            assert_eq!(status == 200, number < passing, "{method} {path} {number}: {status}");
        }
    }
}
