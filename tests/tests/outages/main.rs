//! S14: during an outage nobody asks the storage but the probe, which brings it back.

mod lifetimes;
mod probes;
mod refunds;
mod requests;

use std::time::Duration;

use actix_web::{HttpResponse, web};
use ratelimit_actix::{KeyExtractor, Limiter, MemoryStorage, OnError, key};
use ratelimit_tests::{FailingStorage, Server};

const DEADLINE: Duration = Duration::from_millis(20);

fn limiter(storage: &FailingStorage, on_error: OnError) -> Limiter {
    keyed(storage, on_error, key::ip())
}

fn keyed(storage: &FailingStorage, on_error: OnError, key: impl KeyExtractor) -> Limiter {
    let builder = Limiter::builder().default_limits("1000/minute").application_limits("1000/minute").key(key);
    let builder = builder.limit_unmatched(false).storage(storage.clone()).storage_deadline(DEADLINE);
    builder.on_error(on_error).build().expect("right settings")
}

fn serve(limiter: &Limiter) -> Server {
    Server::start(limiter.clone(), |app, _| {
        app.route("/", web::get().to(HttpResponse::Ok));
    })
}

fn failing() -> FailingStorage {
    FailingStorage::new(MemoryStorage::new())
}
