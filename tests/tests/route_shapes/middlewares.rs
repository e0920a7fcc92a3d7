//! Middlewares between the limiter and the route.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{Service, ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::{
        Compat, Condition, DefaultHeaders, ErrorHandlerResponse, ErrorHandlers, Logger, Next, NormalizePath,
        TrailingSlash, from_fn,
    },
    web,
};
use ratelimit_tests::Ask;

use super::{
    Holds::{Default, Nothing, Own},
    Shape,
    handlers::{free, open, own, own_too},
};

/// An asynchronous middleware: it awaits before it calls on.
async fn slow(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    tokio::task::yield_now().await;
    next.call(request).await
}

fn three_kinds(prefix: &str) -> Vec<(Ask, super::Holds)> {
    vec![
        (Ask::get(&format!("{prefix}/open")), Default),
        (Ask::get(&format!("{prefix}/own")), Own),
        (Ask::get(&format!("{prefix}/free")), Nothing),
    ]
}

pub(super) fn shapes() -> Vec<Shape> {
    vec![
        synchronous(),
        nested(),
        around_a_scope(),
        around_twice(),
        around_resources(),
        on_routes(),
        without_around(),
    ]
}

fn synchronous() -> Shape {
    Shape {
        name: "synchronous middlewares on a scope",
        routes: |app, _| {
            app.service(
                web::scope("/api")
                    .wrap(Logger::default())
                    .wrap(NormalizePath::new(TrailingSlash::Trim))
                    .wrap(DefaultHeaders::new().add(("x-default", "1")))
                    .wrap(Compat::new(Condition::new(true, DefaultHeaders::new())))
                    .wrap(ErrorHandlers::new().handler(StatusCode::IM_A_TEAPOT, |answer| {
                        Ok(ErrorHandlerResponse::Response(answer.map_into_left_body()))
                    }))
                    .wrap_fn(|request, service| service.call(request))
                    .route("/open", web::get().to(open))
                    .route("/own", web::get().to(own))
                    .route("/free", web::get().to(free)),
            );
        },
        expect: three_kinds("/api"),
    }
}

fn nested() -> Shape {
    Shape {
        name: "nested scopes, each with a synchronous middleware",
        routes: |app, _| {
            app.service(
                web::scope("/a").wrap(Logger::default()).route("/open", web::get().to(open)).service(
                    web::scope("/b").wrap(DefaultHeaders::new()).route("/own", web::get().to(own)).service(
                        web::scope("/{tenant}")
                            .wrap_fn(|request, service| service.call(request))
                            .route("/open", web::get().to(open))
                            .route("/free", web::get().to(free)),
                    ),
                ),
            );
        },
        expect: vec![
            (Ask::get("/a/open"), Default),
            (Ask::get("/a/b/own"), Own),
            (Ask::get("/a/b/acme/open"), Default),
            (Ask::get("/a/b/acme/free"), Nothing),
        ],
    }
}

fn around_a_scope() -> Shape {
    Shape {
        name: "an asynchronous middleware on a scope, with around",
        routes: |app, limiter| {
            app.service(
                web::scope("/api")
                    .wrap(limiter.around(from_fn(slow)))
                    .route("/open", web::get().to(open))
                    .route("/own", web::get().to(own))
                    .route("/free", web::get().to(free)),
            );
        },
        expect: three_kinds("/api"),
    }
}

fn around_twice() -> Shape {
    Shape {
        name: "asynchronous middlewares on nested scopes, each with around",
        routes: |app, limiter| {
            app.service(
                web::scope("/a")
                    .wrap(limiter.around(from_fn(slow)))
                    .route("/own", web::get().to(own_too))
                    .service(
                        web::scope("/b")
                            .wrap(Logger::default())
                            .wrap(limiter.around(from_fn(slow)))
                            .route("/open", web::get().to(open))
                            .route("/own", web::get().to(own))
                            .route("/free", web::get().to(free)),
                    ),
            );
        },
        expect: [three_kinds("/a/b"), vec![(Ask::get("/a/own"), Own)]].concat(),
    }
}

fn around_resources() -> Shape {
    Shape {
        name: "an asynchronous middleware on resources, with around",
        routes: |app, limiter| {
            app.service(web::resource("/open").wrap(limiter.around(from_fn(slow))).to(open))
                .service(web::resource("/own").wrap(limiter.around(from_fn(slow))).to(own))
                .service(web::resource("/free").wrap(limiter.around(from_fn(slow))).to(free));
        },
        expect: three_kinds(""),
    }
}

fn on_routes() -> Shape {
    Shape {
        name: "a middleware on single routes",
        routes: |app, limiter| {
            app.route("/open", web::get().to(open).wrap(DefaultHeaders::new()))
                .route("/own", web::get().to(own).wrap(DefaultHeaders::new()))
                .route("/free", web::get().to(free).wrap(limiter.around(from_fn(slow))));
        },
        expect: three_kinds(""),
    }
}

/// Not the documented set-up, but what a newcomer writes first: undecorated routes are limited, and
/// decorated ones get back what a default took before they were known.
fn without_around() -> Shape {
    Shape {
        name: "an asynchronous middleware without around",
        routes: |app, _| {
            app.service(
                web::scope("/api")
                    .wrap(from_fn(slow))
                    .route("/open", web::get().to(open))
                    .route("/own", web::get().to(own))
                    .route("/free", web::get().to(free)),
            );
        },
        expect: three_kinds("/api"),
    }
}
