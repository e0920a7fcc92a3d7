//! Serves the app: `cargo run -p prometheus-example`, then `curl -s http://127.0.0.1:8080/metrics`.
//!
//! `BIND` (default `127.0.0.1:8080`) changes where.

use std::error::Error;

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::var("BIND").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    // Before the server starts, so that nothing goes uncounted.
    let prometheus = web::Data::new(prometheus_example::recorder()?);
    let limiter = prometheus_example::limiter()?;
    HttpServer::new(move || {
        App::new().app_data(prometheus.clone()).wrap(limiter.clone()).configure(prometheus_example::routes)
    })
    .bind(&address)?
    .run()
    .await?;
    Ok(())
}
