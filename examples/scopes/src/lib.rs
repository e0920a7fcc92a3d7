//! Limits of scopes: what holds for all routes under a path.
//!
//! `cargo run -p scopes`, then `curl -i http://127.0.0.1:8080/api/items`.
//!
//! | route | limits |
//! |---|---|
//! | `GET /` | the default, 20 a minute |
//! | `GET /api/items`, `GET /api/prices` | 5 a minute each, beside the default |
//! | `GET /api/search/items`, `GET /api/search/prices` | 3 a minute for both together, beside 5 a minute each |
//! | `GET /api/bulk/export` | 50 a minute, in place of all others |
//! | `GET /api/own` | `#[limit("2/minute")]`, in place of all others |
//! | `GET /api/health` | `#[exempt]` |

use actix_web::{Responder, get, web};
use ratelimit_actix::{Limiter, LimiterBuilder, Rule, exempt, limit};

async fn found() -> impl Responder {
    "found"
}

/// A route's own limits take the place of its scope's.
#[get("/own")]
#[limit("2/minute")]
async fn own() -> impl Responder {
    "own"
}

/// Free of the scope's limits as of all others.
#[get("/health")]
#[exempt]
async fn health() -> impl Responder {
    "ok"
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig, limiter: &Limiter) {
    let search = web::scope("/search")
        .route("/items", web::get().to(found))
        .route("/prices", web::get().to(found))
        .wrap(limiter.scope(Rule::new("3/minute").shared("search").name("search")));
    let bulk = web::scope("/bulk")
        .route("/export", web::get().to(found))
        .wrap(limiter.scope("50/minute").override_defaults(true));
    let api = web::scope("/api")
        .service((search, bulk, own, health))
        .route("/items", web::get().to(found))
        .route("/prices", web::get().to(found))
        .wrap(limiter.scope(Rule::new("5/minute").name("api")));
    config.service(api).route("/", web::get().to(found));
}

/// The limiter as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("20/minute")
}
