//! What is asked of a limiter by hand: limits, standings, resets, descriptions.

mod descriptions;
mod limits;
mod outages;
mod resets;

use actix_web::Responder;
use ratelimit_actix::{Limiter, LimiterBuilder, ManualClock};
use ratelimit_tests::Backend;

fn limiter(backend: Backend, builder: LimiterBuilder) -> (Limiter, ManualClock) {
    let clock = ManualClock::new();
    (backend.behind(builder, &clock).build().expect("right settings"), clock)
}

async fn ok() -> impl Responder {
    "ok"
}
