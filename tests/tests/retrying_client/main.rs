//! S9, as a client sees it: one that waits as Retry-After says needs no second wait, and no call fails.
//!
//! The client is Python's urllib3, and time is real: the client waits by itself.

use std::{path::Path, process::Command};

use actix_web::{Responder, get, rt::task::spawn_blocking, web};
use ratelimit_actix::{Headers, Limiter, RetryAfter, limit};
use ratelimit_test_servers::python::python;
use ratelimit_tests::Server;
use serde_json::Value;

#[get("/fixed")]
#[limit("3/second", strategy = fixed_window)]
async fn fixed() -> impl Responder {
    "ok"
}

#[get("/sliding")]
#[limit("3/second", strategy = sliding_window)]
async fn sliding() -> impl Responder {
    "ok"
}

#[get("/moving")]
#[limit("3/second", strategy = moving_window)]
async fn moving() -> impl Responder {
    "ok"
}

#[get("/bucket")]
#[limit("3/second", strategy = token_bucket)]
async fn bucket() -> impl Responder {
    "ok"
}

async fn open() -> impl Responder {
    "ok"
}

/// What the client says of its calls to each route, the limiter telling when to come back in this form.
async fn calls(form: RetryAfter) -> Vec<Value> {
    let headers = Headers::all().retry_after(form);
    let limiter = Limiter::builder().default_limits("3/second").headers(headers).build();
    let server = Server::start(limiter.expect("right settings"), |app, _| {
        app.service((fixed, sliding, moving, bucket)).route("/open", web::get().to(open));
    });
    let paths = ["fixed", "sliding", "moving", "bucket", "open"];
    let urls = paths.map(|path| format!("http://{}/{path}", server.address()));
    let client = move || {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/retrying_client/client.py");
        Command::new(python()).arg(script).args(urls).output().expect("a Python")
    };
    let output = spawn_blocking(client).await.expect("no panic");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a list")
}

async fn check(form: RetryAfter) {
    let calls = calls(form).await;
    assert_eq!(calls.len(), 5);
    for route in calls {
        let numbers = |name: &str| -> Vec<u64> {
            let list = route[name].as_array().expect("a list");
            list.iter().map(|number| number.as_u64().expect("a number")).collect()
        };
        assert_eq!(numbers("statuses"), [200; 7], "{route}");
        let refusals = numbers("refusals");
        assert!(refusals.iter().all(|refusals| *refusals <= 1), "one wait was not enough: {route}");
        assert!(refusals.contains(&1), "nothing was ever refused: {route}");
    }
}

#[actix_web::test]
async fn seconds_are_enough() {
    check(RetryAfter::Seconds).await;
}

/// A date has whole seconds, as the client's clock doesn't: it may come a fraction too early only if the date
/// had been rounded down.
#[actix_web::test]
async fn dates_are_enough() {
    check(RetryAfter::HttpDate).await;
}
