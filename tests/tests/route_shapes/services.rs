//! What is not a handler, and what matches no route.

use actix_web::{
    HttpResponse,
    dev::{ServiceRequest, fn_service},
    web,
};
use ratelimit_tests::Ask;

use super::{
    Holds::{Default, DefaultOf, Nothing, Own},
    Shape,
    handlers::{free, open, own},
};

pub(super) fn shapes() -> Vec<Shape> {
    vec![bare_services(), no_route(), default_services(), decorated_default_services()]
}

fn bare_services() -> Shape {
    Shape {
        name: "fn_service at a path and in a scope",
        routes: |app, _| {
            let service = || {
                fn_service(|request: ServiceRequest| async {
                    Ok(request.into_response(HttpResponse::Ok().finish()))
                })
            };
            app.service(web::resource("/raw").route(web::get().service(service())))
                .service(web::service("/bare").finish(service()))
                .service(web::scope("/s").route("/free", web::get().to(free)).default_service(service()));
        },
        expect: vec![
            (Ask::get("/raw"), Default),
            (Ask::get("/bare"), Default),
            (Ask::get("/s/free"), Nothing),
            (Ask::get("/s/else"), Default),
        ],
    }
}

fn no_route() -> Shape {
    Shape {
        name: "requests that match no route share one counter",
        routes: |app, _| {
            app.route("/open", web::get().to(open)).route("/own", web::get().to(own));
        },
        expect: vec![
            (Ask::get("/scan/1"), DefaultOf(404)),
            (Ask::get("/open"), Default),
            (Ask::get("/own"), Own),
        ],
    }
}

fn default_services() -> Shape {
    Shape {
        name: "an undecorated default_service",
        routes: |app, _| {
            app.route("/own", web::get().to(own)).default_service(web::to(open));
        },
        expect: vec![(Ask::get("/anything"), Default), (Ask::get("/own"), Own)],
    }
}

fn decorated_default_services() -> Shape {
    Shape {
        name: "decorated default services of the app and of a scope",
        routes: |app, _| {
            app.route("/open", web::get().to(open))
                .service(web::scope("/s").default_service(web::to(free)))
                .default_service(web::to(own));
        },
        expect: vec![
            (Ask::get("/open"), Default),
            (Ask::get("/s/anything"), Nothing),
            (Ask::get("/anything"), Own),
        ],
    }
}
