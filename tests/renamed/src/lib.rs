//! Handlers in a crate that knows ratelimit-actix as `slow_down`, under the strictest lints.
#![deny(warnings, clippy::pedantic)]

use actix_web::{HttpRequest, Responder, get, web};
use slow_down::{exempt, limit};

/// A plain handler, under every option.
#[limit("30/minute; 1000/hour", key = (ip, header("X-User-Id"), |it| it.path().to_owned()), cost = 2)]
#[limit("1000/day", strategy = token_bucket, burst = 20, methods("GET", "POST"), per_method, name = "daily")]
#[limit("1000/hour", key = tenant, shared = "tenant", override_defaults = false)]
#[exempt(meta)]
pub async fn plain(
    name: web::Path<String>,
    request: HttpRequest,
) -> Result<impl Responder, actix_web::Error> {
    std::future::ready(()).await;
    Ok(format!("{name} asked for {}", request.path()))
}

fn tenant(request: &HttpRequest) -> &str {
    request.uri().host().unwrap_or_default()
}

/// Limited above its route.
#[limit("3/minute")]
#[get("/above")]
pub async fn above() -> &'static str {
    std::future::ready("above").await
}

/// Limited below its route.
#[get("/below")]
#[exempt]
pub async fn below() -> &'static str {
    std::future::ready("below").await
}

/// Registers all handlers.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/plain/{name}", web::get().to(plain)).service(above).service(below);
}
