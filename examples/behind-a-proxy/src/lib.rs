//! Behind a proxy every request comes from the proxy's address. Name the proxy, and the client's is counted.
//!
//! `cargo run -p behind-a-proxy`, then play the proxy, which this example expects on loopback:
//!
//! ```sh
//! curl -i -H 'X-Forwarded-For: 203.0.113.7' http://127.0.0.1:8080/    # three times, then 429
//! curl -i -H 'X-Forwarded-For: 203.0.113.8' http://127.0.0.1:8080/    # another client
//! ```
//!
//! What the proxy found stands last in the header. All before that came with the request, and anyone can write
//! it: so the header is read from the right, for as long as it names trusted proxies. From a peer that is no
//! trusted proxy it isn't read at all.

use actix_web::{Responder, web};
use ratelimit_actix::{Limiter, LimiterBuilder};

/// The networks of your proxies: only they may say who the client is.
pub const PROXIES: [&str; 2] = ["127.0.0.1", "10.0.0.0/8"];

async fn index() -> impl Responder {
    "three a minute for each client"
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig, _: &Limiter) {
    config.route("/", web::get().to(index));
}

/// The limiter as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("3/minute").trusted_proxies(PROXIES)
}
