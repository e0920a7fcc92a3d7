use actix_web::{get, routes};
use ratelimit_actix::{exempt, limit};

#[limit("3/minute", colour = "blue")]
#[get("/above")]
async fn above() -> &'static str {
    "fine"
}

#[get("/below")]
#[limit("3/minute", colour = "blue")]
async fn below() -> &'static str {
    "fine"
}

#[limit("3/minute", colour = "blue")]
#[routes]
#[get("/c")]
#[exempt]
async fn several() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::App::new().service((above, below, several));
}
