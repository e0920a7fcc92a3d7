//! Serves the quickstart: `cargo run -p quickstart`, then `curl -i http://127.0.0.1:8080/data`.
//!
//! `BIND` (default `127.0.0.1:8080`), `RATELIMIT_STORAGE_URI` (default `memory://`),
//! `RATELIMIT_TRUSTED_PROXIES` (default none; separated by commas) and the other `RATELIMIT_…` variables of
//! docs/configuration.md change where and how.

use std::error::Error;

use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    env_logger::init_from_env(env_logger::Env::default().default_filter_or("info"));
    let address = std::env::var("BIND").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    // Built once, outside the closure below, which runs once a worker: all workers share its counters.
    let limiter = quickstart::limiter_from_env()?;
    HttpServer::new(move || App::new().wrap(limiter.clone()).configure(quickstart::routes))
        .bind(&address)?
        .run()
        .await?;
    Ok(())
}
