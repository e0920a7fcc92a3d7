//! Attributes above and below every routing macro, and plain handlers.

use actix_web::{Responder, delete, get, patch, post, put, route, routes, scope, web};
use ratelimit_actix::{exempt, limit};
use ratelimit_tests::Ask;

use super::{
    Holds::{Default, Nothing, Own},
    Shape, handlers,
};

#[get("/open")]
async fn open() -> impl Responder {
    "ok"
}

#[get("/below")]
#[limit("3/minute")]
async fn below() -> impl Responder {
    "ok"
}

#[limit("3/minute")]
#[get("/above")]
async fn above() -> impl Responder {
    "ok"
}

#[limit("3/minute")]
#[get("/around")]
#[limit("100/hour")]
async fn both_sides() -> impl Responder {
    "ok"
}

#[get("/free-below")]
#[exempt]
async fn free_below() -> impl Responder {
    "ok"
}

#[exempt]
#[get("/free-above")]
async fn free_above() -> impl Responder {
    "ok"
}

#[post("/post")]
#[limit("3/minute")]
async fn posted() -> impl Responder {
    "ok"
}

#[limit("3/minute")]
#[put("/put")]
async fn put_above() -> impl Responder {
    "ok"
}

#[patch("/patch")]
#[exempt]
async fn patched() -> impl Responder {
    "ok"
}

#[delete("/delete")]
#[limit("3/minute")]
async fn deleted() -> impl Responder {
    "ok"
}

#[route("/route", method = "GET", method = "POST")]
#[limit("3/minute")]
async fn route_below() -> impl Responder {
    "ok"
}

#[exempt]
#[route("/route-above", method = "GET", method = "POST")]
async fn route_above() -> impl Responder {
    "ok"
}

#[routes]
#[get("/routes-1")]
#[post("/routes-2")]
#[limit("3/minute")]
async fn routes_below() -> impl Responder {
    "ok"
}

#[routes]
#[get("/routes-3")]
#[exempt]
#[post("/routes-4")]
async fn routes_between() -> impl Responder {
    "ok"
}

#[exempt]
#[routes]
#[get("/routes-5")]
#[get("/routes-6")]
async fn routes_above() -> impl Responder {
    "ok"
}

#[scope("/scoped")]
mod scoped {
    use actix_web::{Responder, get};
    use ratelimit_actix::{exempt, limit};

    #[get("/open")]
    pub(super) async fn open() -> impl Responder {
        "ok"
    }

    #[get("/own")]
    #[limit("3/minute")]
    pub(super) async fn own() -> impl Responder {
        "ok"
    }

    #[exempt]
    #[get("/free")]
    pub(super) async fn free() -> impl Responder {
        "ok"
    }
}

pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            name: "attributes above and below #[get] and its kin",
            routes: |app, _| {
                app.service((open, below, above, both_sides, free_below, free_above))
                    .service((posted, put_above, patched, deleted));
            },
            expect: vec![
                (Ask::get("/open"), Default),
                (Ask::get("/below"), Own),
                (Ask::get("/above"), Own),
                (Ask::get("/around"), Own),
                (Ask::get("/free-below"), Nothing),
                (Ask::get("/free-above"), Nothing),
                (Ask::new("POST", "/post"), Own),
                (Ask::new("PUT", "/put"), Own),
                (Ask::new("PATCH", "/patch"), Nothing),
                (Ask::new("DELETE", "/delete"), Own),
            ],
        },
        Shape {
            name: "#[route] and #[routes]",
            routes: |app, _| {
                app.service((open, route_below, route_above, routes_below, routes_between, routes_above));
            },
            expect: vec![
                (Ask::get("/open"), Default),
                (Ask::new("POST", "/route"), Own),
                (Ask::get("/route-above"), Nothing),
                (Ask::new("POST", "/route-above"), Nothing),
                (Ask::get("/routes-1"), Own),
                (Ask::get("/routes-3"), Nothing),
                (Ask::new("POST", "/routes-4"), Nothing),
                (Ask::get("/routes-5"), Nothing),
                (Ask::get("/routes-6"), Nothing),
            ],
        },
        Shape {
            name: "#[scope]",
            routes: |app, _| {
                app.service((scoped::open, scoped::own, scoped::free));
            },
            expect: vec![
                (Ask::get("/scoped/open"), Default),
                (Ask::get("/scoped/own"), Own),
                (Ask::get("/scoped/free"), Nothing),
            ],
        },
        plain_handlers(),
    ]
}

fn plain_handlers() -> Shape {
    Shape {
        name: "plain handlers by .to() and .route()",
        routes: |app, _| {
            app.route("/open", web::get().to(handlers::open))
                .route("/own", web::get().to(handlers::own))
                .service(web::resource("/free").to(handlers::free))
                .service(
                    web::scope("/scope")
                        .route("/open", web::get().to(handlers::open))
                        .service(web::resource("/own").route(web::get().to(handlers::own_too)))
                        .configure(|scope| {
                            scope.route("/free", web::to(handlers::free));
                        }),
                );
        },
        expect: vec![
            (Ask::get("/open"), Default),
            (Ask::get("/own"), Own),
            (Ask::get("/free"), Nothing),
            (Ask::get("/scope/open"), Default),
            (Ask::get("/scope/own"), Own),
            (Ask::get("/scope/free"), Nothing),
        ],
    }
}
