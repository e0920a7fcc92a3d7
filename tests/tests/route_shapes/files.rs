//! Static files: services of another crate.

use actix_web::web;
use ratelimit_tests::Ask;

use super::{
    Holds::{Default, Nothing},
    Shape,
    handlers::free,
};

pub(super) fn shapes() -> Vec<Shape> {
    vec![Shape {
        name: "actix-files beside handlers",
        routes: |app, _| {
            app.route("/free", web::get().to(free))
                .service(actix_files::Files::new("/static", env!("CARGO_MANIFEST_DIR")));
        },
        expect: vec![(Ask::get("/static/Cargo.toml"), Default), (Ask::get("/free"), Nothing)],
    }]
}
