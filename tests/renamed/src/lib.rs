//! Handlers in a crate that knows ratelimit-actix as `slow_down`, under the strictest lints.
#![deny(warnings, clippy::pedantic)]

use actix_web::{HttpRequest, HttpResponse, Responder, get, web};
use slow_down::{Breach, LimitSet, exempt, limit, limits};

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

const READS: LimitSet = limits!("100/minute; 1000/hour");
static WRITES: LimitSet = limits!("50/minute");

async fn plan(_: &HttpRequest) -> Option<&'static str> {
    std::future::ready(None).await
}

fn refuse(_: &HttpRequest, breach: &Breach) -> HttpResponse {
    HttpResponse::TooManyRequests().body(breach.refused().len().to_string())
}

/// Under limits that are found, and functions.
#[limit(READS, cost = |it| it.query_string().len().try_into().unwrap_or(1), on_error = closed)]
#[limit(WRITES, exempt_when = async |it| plan(it).await.is_some(), meta = "10/hour; 20/day")]
#[limit(plan, strategy = token_bucket, burst = 20, deduct_when = |it| it.status().is_client_error())]
#[limit("30/minute", on_breach = refuse, shadow)]
#[limit("40/minute", on_breach = |_, breach| assert!(!breach.refused().is_empty()), error_message = "slow down")]
#[limit("60/minute", error_message = |it| it.path().to_owned())]
#[limit("70/minute", error_message = |_, breach| breach.refused().len().to_string(), on_error = open)]
pub async fn found() -> &'static str {
    std::future::ready("found").await
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
    config
        .route("/plain/{name}", web::get().to(plain))
        .route("/found", web::get().to(found))
        .service(above)
        .service(below);
}
