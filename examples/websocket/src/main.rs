//! Serves the example: `cargo run -p websocket`. `BIND` (default `127.0.0.1:8080`) changes where.

use std::error::Error;

use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    env_logger::init_from_env(env_logger::Env::default().default_filter_or("info"));
    let address = std::env::var("BIND").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let limiter = websocket::limiter().build()?;
    HttpServer::new(move || {
        App::new().wrap(limiter.clone()).configure(|config| websocket::routes(config, &limiter))
    })
    .bind(&address)?
    .run()
    .await?;
    Ok(())
}
