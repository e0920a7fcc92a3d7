//! Limits by plan: free, pro and enterprise customers, told apart by their API key.
//!
//! `cargo run -p plans`, then
//!
//! ```sh
//! curl -i -H 'X-Api-Key: paula' http://127.0.0.1:8080/report    # pro: ten a minute
//! curl -i -H 'X-Api-Key: fred' http://127.0.0.1:8080/report     # free: three a minute
//! curl -X PUT -H 'X-Api-Key: fred' http://127.0.0.1:8080/plan/pro
//! ```
//!
//! The plan is found by an `async` function of the request, from any database behind [`PlanDatabase`], with a
//! cache in front. An amount is no part of a counter's identity: who changes from three a minute to ten has
//! seven left, not ten. When the database is away and the plan isn't known, the function fails, and the request
//! meets the limiter's default limits instead of none.

mod cache;
mod memory;
mod plan;

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, Responder, get, put, web};
use ratelimit_actix::{Limiter, LimiterBuilder, exempt, limit};

pub use self::{
    cache::CachedPlans,
    memory::MemoryDatabase,
    plan::{DatabaseError, Found, Plan, PlanDatabase},
};

/// How long a plan that was read is good.
pub const FRESH_FOR: Duration = Duration::from_secs(30);

/// The limits of whoever makes the request.
async fn limits_of(request: &HttpRequest) -> Result<Plan, DatabaseError> {
    let plans = request.app_data::<web::Data<CachedPlans>>();
    let plans = plans.ok_or_else(|| DatabaseError("the app has none".to_owned()))?;
    match api_key(request) {
        Some(api_key) => plans.plan_of(api_key).await,
        None => Ok(Plan::Free),
    }
}

fn api_key(request: &HttpRequest) -> Option<&str> {
    request.headers().get("X-Api-Key")?.to_str().ok()
}

/// As many as the plan allows; for those without a key, by their address.
#[get("/report")]
#[limit(limits_of, key = header("X-Api-Key"), name = "plan")]
async fn report() -> impl Responder {
    "figures"
}

/// Changes the plan of whoever asks, with effect from the next request on.
#[put("/plan/{plan}")]
#[exempt]
async fn change_plan(
    plan: web::Path<String>,
    request: HttpRequest,
    plans: web::Data<CachedPlans>,
    database: web::Data<MemoryDatabase>,
) -> impl Responder {
    let plan = match plan.as_str() {
        "free" => Plan::Free,
        "pro" => Plan::Pro,
        "enterprise" => Plan::Enterprise,
        _ => return HttpResponse::NotFound().body("plans are free, pro and enterprise"),
    };
    let Some(api_key) = api_key(&request) else {
        return HttpResponse::Unauthorized().body("send X-Api-Key");
    };
    database.set(api_key, plan);
    plans.forget(api_key);
    HttpResponse::NoContent().finish()
}

/// Registers all routes, and the database that they ask.
pub fn routes(config: &mut web::ServiceConfig, database: &MemoryDatabase, plans: &Arc<CachedPlans>) {
    config
        .app_data(web::Data::from(Arc::clone(plans)))
        .app_data(web::Data::new(database.clone()))
        .service((report, change_plan));
}

/// The limiter as yet unbuilt, so that a test can give it a clock. Its default limits hold while the database
/// is away.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("2/minute")
}
