//! Single rules of behaviour that need a whole app.

mod authentication;
mod counters;
mod handlers;
mod preflight;
mod strategies;
mod unmatched;

use actix_web::Responder;
use ratelimit_actix::{Limiter, ManualClock};
use ratelimit_tests::Backend;

fn limiter(backend: Backend, default: &str, clock: &ManualClock) -> Limiter {
    let builder = Limiter::builder().default_limits(default);
    backend.behind(builder, clock).build().expect("right settings")
}

async fn ok() -> impl Responder {
    "ok"
}
