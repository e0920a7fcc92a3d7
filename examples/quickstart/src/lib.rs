//! The quickstart's routes and limiter, apart from `main` so that tests can drive them.

use actix_web::{HttpResponse, Responder, get, web};
use ratelimit_actix::{BuildError, Config, Limiter, LimiterBuilder, exempt, limit};
use serde_json::json;

/// No attribute: the limiter's default limit.
#[get("/")]
async fn index() -> impl Responder {
    "Try /data, /ping, /bucket, /health, /search and /suggest"
}

/// Three a minute for each client address.
#[get("/data")]
#[limit("3/minute", key = ip)]
async fn data() -> impl Responder {
    HttpResponse::Ok().json(json!({ "message": "Success" }))
}

/// Two a minute for each user that the header names.
#[get("/ping")]
#[limit("2/minute", key = header("X-User-Id"))]
async fn ping() -> impl Responder {
    "pong"
}

/// Two at once, then one a second.
#[get("/bucket")]
#[limit("1/second", strategy = token_bucket, burst = 2, key = ip)]
async fn bucket() -> impl Responder {
    "ok"
}

/// Never limited.
#[get("/health")]
#[exempt]
async fn health() -> impl Responder {
    "ok"
}

/// Shares four a minute with `/suggest`.
#[get("/search")]
#[limit("4/minute", shared = "search")]
async fn search() -> impl Responder {
    "results"
}

/// Shares four a minute with `/search`.
#[get("/suggest")]
#[limit("4/minute", shared = "search")]
async fn suggest() -> impl Responder {
    "suggestions"
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service((index, data, ping, bucket, health, search, suggest));
}

/// The limiter as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("5/minute")
}

/// The limiter as the environment wants it: its storage, trusted proxies and whatever else `RATELIMIT_…`
/// variables say.
///
/// # Errors
/// Every such variable that can't be used.
pub fn limiter_from_env() -> Result<Limiter, BuildError> {
    limiter().config(&Config::from_env()).build()
}
