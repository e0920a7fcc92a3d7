//! One path, several routes: told apart by method, host or header.

use actix_web::{guard, web};
use ratelimit_tests::Ask;

use super::{
    Holds::{Default, DefaultOf, Nothing, Own},
    Shape,
    handlers::{free, open, own, own_too},
};

fn at(host: &str, path: &str) -> Ask {
    Ask::get(path).header("Host", host)
}

pub(super) fn shapes() -> Vec<Shape> {
    vec![methods_of_one_resource(), resources_of_one_path(), hosts(), header_guards(), patterns()]
}

fn methods_of_one_resource() -> Shape {
    Shape {
        name: "one resource: GET default, POST limited, PUT exempt",
        routes: |app, _| {
            app.service(
                web::resource("/same")
                    .route(web::get().to(open))
                    .route(web::post().to(own))
                    .route(web::put().to(free)),
            );
        },
        expect: vec![
            (Ask::get("/same"), Default),
            (Ask::new("POST", "/same"), Own),
            (Ask::new("PUT", "/same"), Nothing),
            (Ask::new("DELETE", "/same"), DefaultOf(405)),
        ],
    }
}

fn resources_of_one_path() -> Shape {
    Shape {
        name: "one path, a resource for each method",
        routes: |app, _| {
            app.route("/same", web::get().to(open))
                .route("/same", web::post().to(own))
                .route("/same", web::put().to(free));
        },
        expect: vec![
            (Ask::get("/same"), Default),
            (Ask::new("POST", "/same"), Own),
            (Ask::new("PUT", "/same"), Nothing),
            (Ask::new("DELETE", "/same"), DefaultOf(404)),
        ],
    }
}

fn hosts() -> Shape {
    Shape {
        name: "one path under scopes guarded by host",
        routes: |app, _| {
            app.service(web::scope("/api").guard(guard::Host("free.test")).route("/x", web::get().to(free)))
                .service(web::scope("/api").guard(guard::Host("open.test")).route("/x", web::get().to(open)))
                .service(
                    web::scope("/api")
                        .guard(guard::Host("own.test"))
                        .route("/x", web::get().to(own))
                        .route("/only-here", web::get().to(own_too))
                        .route("/open-here", web::get().to(open)),
                );
        },
        expect: vec![
            (at("open.test", "/api/x"), Default),
            (at("free.test", "/api/x"), Nothing),
            (at("own.test", "/api/x"), Own),
            // Before routing no pattern is known for these: the first scope of the path hides them.
            (at("own.test", "/api/only-here"), Own),
            (at("own.test", "/api/open-here"), Default),
        ],
    }
}

fn header_guards() -> Shape {
    Shape {
        name: "a guarded pattern before a plain path",
        routes: |app, _| {
            app.service(
                web::resource("/u/{id}").guard(guard::Header("x-kind", "own")).route(web::get().to(own)),
            )
            .service(web::resource("/u/me").route(web::get().to(free)))
            .service(web::resource("/u/{id}").route(web::get().to(open)));
        },
        expect: vec![
            (Ask::get("/u/7"), Default),
            (Ask::get("/u/me"), Nothing),
            (Ask::get("/u/me").header("x-kind", "own"), Own),
        ],
    }
}

fn patterns() -> Shape {
    Shape {
        name: "one counter for all paths of a pattern, and for both of a resource's patterns",
        routes: |app, _| {
            app.route("/item/{id}", web::get().to(open))
                .service(web::resource(["/m1", "/m2"]).route(web::get().to(free)))
                .service(web::resource(["/n1", "/n2/{x}"]).route(web::get().to(own)));
        },
        expect: vec![
            (Ask::get("/item/1"), Default),
            (Ask::get("/m1"), Nothing),
            (Ask::get("/m2"), Nothing),
            (Ask::get("/n2/x"), Own),
        ],
    }
}
