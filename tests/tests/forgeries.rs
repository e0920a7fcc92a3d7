//! Ways to more than the allowance that attackers have tried: each must stay shut.

use std::io::{Read, Write};

use actix_web::{
    App, HttpResponse, Responder,
    dev::{Service, ServiceRequest, fn_service},
    error::ErrorUnauthorized,
    get,
    test::{TestRequest, init_service},
    web,
};
use ratelimit_actix::{
    Limiter, ManualClock, OnError,
    core::{Batch, Decisions, Refund, Reply, Reset, Storage},
    exempt, limit,
};
use ratelimit_tests::{Ask, Backend, Server};

async fn ok() -> impl Responder {
    "ok"
}

#[get("/own")]
#[limit("2/minute")]
async fn own() -> impl Responder {
    "ok"
}

#[exempt]
async fn free() -> impl Responder {
    "ok"
}

#[get("/login/{email}")]
#[limit("2/minute", key = path("email"))]
async fn login(email: web::Path<String>) -> impl Responder {
    email.into_inner()
}

fn limiter(backend: Backend) -> Limiter {
    let builder = Limiter::builder().default_limits("2/minute").application_limits("100/minute");
    backend.behind(builder, &ManualClock::new()).build().expect("right settings")
}

#[actix_web::test]
async fn another_spelling_of_a_path_is_the_same_path() {
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend), |app, _| {
            app.route("/open", web::get().to(ok)).route("/a b", web::get().to(ok)).service(login);
        });
        assert_eq!(Ask::get("/open").statuses(&server, 2).await, [200, 200]);
        assert_eq!(Ask::get("/%6fpen").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::get("/%6F%70en").statuses(&server, 1).await, [429]);
        // A route whose path must be escaped does not count with those that match nothing.
        assert_eq!(Ask::get("/nothing").statuses(&server, 2).await, [404, 404]);
        assert_eq!(Ask::get("/a%20b").statuses(&server, 1).await, [200]);
        // A path key is what the handler sees.
        let spellings = ["a+b", "a%2bb", "a%2Bb", "%61%2Bb"];
        let mut statuses = Vec::new();
        for spelling in spellings {
            statuses.push(Ask::get(&format!("/login/{spelling}")).of(&server).await.status.as_u16());
        }
        assert_eq!(statuses, [200, 200, 429, 429]);
    }
}

/// A middleware that routes first and decides afterwards whether to go on.
#[actix_web::test]
async fn guessing_in_front_of_a_decorated_route_is_bounded() {
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend), |app, _| {
            app.service(
                web::scope("/api")
                    .wrap_fn(|request, service| {
                        let routed = service.call(request);
                        async move {
                            let may_pass = false; // what a check of a password came to
                            if may_pass { routed.await } else { Err(ErrorUnauthorized("no")) }
                        }
                    })
                    .service(own),
            );
        });
        assert_eq!(Ask::get("/api/own").statuses(&server, 4).await, [401, 401, 429, 429]);
    }
}

/// A service that routes another request, in an app of its own, while it is called itself.
#[actix_web::test]
async fn an_app_within_a_service_frees_nobody() {
    let inner = || init_service(App::new().route("/free", web::get().to(free)));
    let inner = std::rc::Rc::new(inner().await);
    let app = App::new().wrap(limiter(Backend::Memory)).default_service(fn_service(
        move |request: ServiceRequest| {
            let routed = inner.call(TestRequest::get().uri("/free").to_request());
            async move {
                routed.await?;
                Ok(request.into_response(HttpResponse::Ok().finish()))
            }
        },
    ));
    let app = init_service(app).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = app.call(TestRequest::get().uri("/x").to_request()).await.expect("an answer");
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
}

#[actix_web::test]
async fn a_limiter_that_is_off_does_not_switch_off_another() {
    let server = Server::start(limiter(Backend::Memory), |app, _| {
        let off = Limiter::builder().enabled(false).build().expect("right settings");
        app.service(web::scope("/s").wrap(off).service(own).route("/open", web::get().to(ok)));
    });
    assert_eq!(Ask::get("/s/own").statuses(&server, 3).await, [200, 200, 429]);
    assert_eq!(Ask::get("/s/open").statuses(&server, 3).await, [200, 200, 429]);
}

#[actix_web::test]
async fn uncounted_paths_are_no_way_to_test_passwords() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits("2/minute").limit_unmatched(false);
        let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, |app, limiter| {
            let authenticate = actix_web::middleware::from_fn(
                |request: ServiceRequest, next: actix_web::middleware::Next<_>| async move {
                    tokio::task::yield_now().await;
                    if request.headers().contains_key("x-password") {
                        return next.call(request).await;
                    }
                    Ok(request.into_response(HttpResponse::Unauthorized()))
                },
            );
            app.service(web::scope("/api").wrap(limiter.around(authenticate)).route("/x", web::get().to(ok)));
        });
        assert_eq!(Ask::get("/api/nothing").statuses(&server, 4).await, [401, 401, 429, 429]);
        let known = Ask::get("/nothing");
        assert_eq!(known.statuses(&server, 1).await, [429], "the counter of unmatched requests is used up");
    }
}

/// `around` on its own, without the limiter on the app.
#[actix_web::test]
async fn around_alone_counts_what_the_middleware_rejects() {
    let limiter = limiter(Backend::Memory);
    let server = actix_web::HttpServer::new(move || {
        let reject = actix_web::middleware::from_fn(
            |request: ServiceRequest, _: actix_web::middleware::Next<actix_web::body::BoxBody>| async move {
                tokio::task::yield_now().await;
                Ok(request.into_response(HttpResponse::Unauthorized()))
            },
        );
        App::new().service(web::scope("/api").wrap(limiter.around(reject)).service(own))
    });
    let server = server.workers(2).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let server = Server::run(server.addrs()[0], server.run());
    assert_eq!(Ask::get("/api/own").statuses(&server, 4).await, [401, 401, 429, 429]);
}

/// Says nothing at all about what it is asked.
#[derive(Debug)]
struct Mute;

impl Storage for Mute {
    fn acquire<'a>(&'a self, _: &'a Batch<'_>) -> Reply<'a, Decisions> {
        Reply::ready(Decisions::default())
    }

    fn peek<'a>(&'a self, _: &'a Batch<'_>) -> Reply<'a, Decisions> {
        Reply::ready(Decisions::default())
    }

    fn refund<'a>(&'a self, _: &'a [Refund<'_>]) -> Reply<'a, ()> {
        Reply::ready(())
    }

    fn reset<'a>(&'a self, _: Reset<'a>) -> Reply<'a, u64> {
        Reply::ready(0)
    }
}

#[actix_web::test]
async fn a_storage_that_says_too_little_has_failed() {
    let builder = Limiter::builder().default_limits("2/minute").storage(Mute).on_error(OnError::Closed);
    let server = Server::start(builder.build().expect("right settings"), |app, _| {
        app.service(own).route("/open", web::get().to(ok));
    });
    assert_eq!(Ask::get("/own").statuses(&server, 1).await, [503]);
    assert_eq!(Ask::get("/open").statuses(&server, 1).await, [503]);
}

#[actix_web::test]
async fn a_request_line_without_a_path_is_answered() {
    let server = Server::start(limiter(Backend::Memory), |app, _| {
        app.route("/open", web::get().to(ok));
    });
    let request = "GET http://host?x=1 HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n";
    let ask = || {
        web::block({
            let (request, address) = (request.to_owned(), server.address());
            move || {
                let mut stream = std::net::TcpStream::connect(address).expect("the server listens");
                stream.write_all(request.as_bytes()).expect("a request is sent");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("an answer comes");
                answer.split(' ').nth(1).map(str::to_owned)
            }
        })
    };
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(ask().await.expect("no panic").expect("a status"));
    }
    assert_eq!(statuses[2], "429", "{statuses:?}");
}
