//! A server with limited routes, to be started many times over one storage.
//!
//! It counts where `WORKER_STORAGE_URI` says, listens on a free port, prints its address, and ends with its standard
//! input.

use std::{
    env,
    error::Error,
    io::{self, Write},
    process, thread,
    time::Duration,
};

use actix_web::{App, HttpServer, Responder, get};
use ratelimit_actix::{LimitInfo, Limiter, OnError, limit};
use ratelimit_redis::RedisStorage;
use ratelimit_shared_tests::STORAGE_URI;

/// However busy the machine is, no answer of the storage comes too late: what is tested is how it counts.
const PATIENCE: Duration = Duration::from_secs(30);

#[get("/thousand")]
#[limit("1000/minute", key = global, shared = "thousand")]
async fn thousand() -> impl Responder {
    "ok"
}

#[get("/fixed_window")]
#[limit("100/hour", key = global, strategy = fixed_window)]
async fn fixed_window() -> impl Responder {
    "ok"
}

#[get("/sliding_window")]
#[limit("100/hour", key = global, strategy = sliding_window)]
async fn sliding_window() -> impl Responder {
    "ok"
}

#[get("/moving_window")]
#[limit("100/hour", key = global, strategy = moving_window)]
async fn moving_window() -> impl Responder {
    "ok"
}

#[get("/token_bucket")]
#[limit("100/hour", key = global, strategy = token_bucket)]
async fn token_bucket() -> impl Responder {
    "ok"
}

/// How much of the limit of `/thousand` is used, even if that were more than it allows: the same counter under a larger
/// amount, asked for nothing.
#[get("/used")]
#[limit("1000000/minute", key = global, shared = "thousand", cost = 0)]
async fn used(limits: LimitInfo) -> String {
    limits.tightest().map_or_else(String::new, |verdict| {
        let decision = verdict.decision();
        (decision.limit() - decision.remaining()).to_string()
    })
}

fn storage() -> Result<RedisStorage, Box<dyn Error>> {
    let uri = env::var(STORAGE_URI).map_err(|error| format!("{STORAGE_URI}: {error}"))?;
    Ok(RedisStorage::builder(&uri).connect_timeout(PATIENCE).response_timeout(PATIENCE).build()?)
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
    let limiter = Limiter::builder()
        .storage(storage()?)
        .storage_deadline(PATIENCE)
        .on_error(OnError::Closed) // so that a failure would be seen
        .build()?;
    let server = HttpServer::new(move || {
        App::new().wrap(limiter.clone()).service((
            thousand,
            fixed_window,
            sliding_window,
            moving_window,
            token_bucket,
            used,
        ))
    });
    let server = server.workers(2).disable_signals().bind("127.0.0.1:0")?;
    writeln!(io::stdout(), "{}", server.addrs()[0])?;
    server.run().await?;
    Ok(())
}
