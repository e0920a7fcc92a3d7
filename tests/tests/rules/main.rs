//! Single rules of behaviour that need a whole app.

mod authentication;
mod counters;
mod deductions;
mod functions;
mod handlers;
mod keyed_defaults;
mod merging;
mod meta;
mod preflight;
mod scopes;
mod shadow;
mod strategies;
mod switches;
mod unfound;
mod unmatched;

use actix_web::{Responder, web::ServiceConfig};
use ratelimit_actix::{Limiter, LimiterBuilder, ManualClock};
use ratelimit_tests::{Backend, Server};

fn limiter(backend: Backend, default: &str, clock: &ManualClock) -> Limiter {
    let builder = Limiter::builder().default_limits(default);
    backend.behind(builder, clock).build().expect("right settings")
}

async fn ok() -> impl Responder {
    "ok"
}

/// Serves `routes` under the limiter of `builder`, which counts on `backend` and by `clock`.
fn serve(
    backend: Backend,
    builder: LimiterBuilder,
    clock: &ManualClock,
    routes: impl Fn(&mut ServiceConfig, &Limiter) + Clone + Send + 'static,
) -> Server {
    Server::start(backend.behind(builder, clock).build().expect("right settings"), routes)
}
