//! How to test your own limits. The app is small; look at `tests/limits.rs`.
//!
//! Three things make it easy:
//!
//! * the limiter's builder apart from its `build()`, so that a test can give it a clock;
//! * the feature `test-util` as a dev-dependency: `ratelimit_actix::ManualClock`, which stands still until a
//!   test advances it, and by which limits, headers and memory count;
//! * what a limited handler does without its limits: `handler::unlimited(…)`.

use actix_web::{HttpResponse, Responder, get, web};
use ratelimit_actix::{LimitInfo, Limiter, LimiterBuilder, limit};

/// A plain handler, so that a unit test can call what it does: `double::unlimited(…)`.
#[limit("3/minute", key = ip)]
async fn double(number: web::Path<u32>) -> String {
    (*number * 2).to_string()
}

/// Two at once, then one every ten seconds.
#[get("/upload")]
#[limit("6/minute", strategy = token_bucket, burst = 2, key = ip)]
async fn upload() -> impl Responder {
    "stored"
}

/// Tells clients what they have left.
#[get("/left")]
#[limit("5/minute", key = header("X-User"))]
async fn left(info: LimitInfo) -> impl Responder {
    let left = info.tightest().map_or(0, |verdict| verdict.decision().remaining());
    HttpResponse::Ok().body(left.to_string())
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig, _: &Limiter) {
    config.service((upload, left)).route("/double/{number}", web::get().to(double));
}

/// The limiter as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("100/hour")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn the_work_is_tested_without_a_limiter() {
        assert_eq!(double::unlimited(web::Path::from(21)).await, "42");
    }
}
