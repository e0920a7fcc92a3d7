//! In an app without decorated handlers limits are asked before a request is routed. What that must not change.

use std::{cell::OnceCell, net::SocketAddr, rc::Rc, time::Duration};

use actix_http::Request;
use actix_web::{
    App, Error, HttpResponse, Responder,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse, fn_service},
    test::{TestRequest, call_service, init_service},
    web,
};
use futures_util::FutureExt;
use ratelimit_actix::{Limiter, Rule, exempt};
use ratelimit_core::ManualClock;

async fn ok() -> impl Responder {
    "ok"
}

fn request(path: &str) -> Request {
    let peer = SocketAddr::from(([203, 0, 113, 1], 1000));
    TestRequest::with_uri(path).peer_addr(peer).to_request()
}

async fn status<S, B>(app: &S, path: &str) -> u16
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    call_service(app, request(path)).await.status().as_u16()
}

/// One request passes the outer limiter a second; so the inner one counts two.
async fn check_that_two_pass<S, B>(app: &S, path: &str, clock: &ManualClock)
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    assert_eq!(status(app, path).await, 200);
    for _ in 0..5 {
        assert_eq!(status(app, path).await, 429);
    }
    clock.advance(Duration::from_secs(2));
    assert_eq!(status(app, path).await, 200);
}

#[actix_web::test]
async fn what_an_outer_limiter_refuses_is_not_charged_further_in() {
    let clock = ManualClock::new();
    let builder = |prefix| Limiter::builder().key_prefix(prefix).clock(clock.clone());
    let outer = builder("outer").application_limits("1/second").build().expect("a limiter");
    let inner = builder("inner").default_limits("3/hour").build().expect("a limiter");
    let admin = web::scope("/admin").wrap(outer.scope("9/minute")).route("/", web::get().to(ok));
    let api = web::scope("/api").wrap(inner).route("/a", web::get().to(ok));
    let app = init_service(App::new().wrap(outer).service(admin).service(api)).await;
    check_that_two_pass(&app, "/api/a", &clock).await;
}

#[actix_web::test]
async fn nothing_stays_reserved_for_what_is_refused_further_out() {
    let clock = ManualClock::new();
    let builder = |prefix| Limiter::builder().key_prefix(prefix).clock(clock.clone());
    let outer = builder("outer").application_limits("1/second").build().expect("a limiter");
    let logins = Rule::new("3/hour").deduct_when(|answer: &HttpResponse| answer.status() == 401);
    let inner = builder("inner").default_limits(logins).build().expect("a limiter");
    drop(outer.scope("9/minute")); // from here on it decides after routing
    let app = init_service(App::new().wrap(inner).wrap(outer).route("/a", web::get().to(ok))).await;
    check_that_two_pass(&app, "/a", &clock).await;
}

#[exempt]
async fn free() -> impl Responder {
    "free"
}

#[actix_web::test]
async fn an_app_that_is_built_while_a_request_is_routed_knows_its_handlers() {
    let outer = Limiter::builder().default_limits("100/minute").build().expect("a limiter");
    let tenant = Limiter::builder().default_limits("0/minute").build().expect("a limiter");
    let apps = Rc::new(OnceCell::new());
    let tenants = fn_service(move |request: ServiceRequest| {
        // Built within the call, not when its future is polled.
        let _ = apps.get_or_init(|| {
            let app = App::new().wrap(tenant.clone()).route("/free", web::get().to(free));
            init_service(app).now_or_never().expect("an app is built at once")
        });
        let apps = Rc::clone(&apps);
        async move {
            let app = apps.get().expect("it was built");
            let status = app.call(self::request("/free")).await?.status();
            Ok::<_, Error>(request.into_response(HttpResponse::build(status).finish()))
        }
    });
    let app = init_service(App::new().wrap(outer).default_service(tenants)).await;
    assert_eq!(status(&app, "/anything").await, 200);
}
