//! Limits by user: an asynchronous middleware recognises users, and limits count them.
//!
//! `cargo run -p users-after-authentication`, then
//!
//! ```sh
//! curl -i -H 'Authorization: Bearer ada-token' http://127.0.0.1:8080/api/notes    # five a minute
//! curl -i -H 'Authorization: Bearer nonsense' http://127.0.0.1:8080/api/notes     # 401, three a minute
//! curl -i http://127.0.0.1:8080/api/status                                        # always
//! ```
//!
//! The middleware awaits, so which handler a request will reach is known only behind it.
//! [`Limiter::around`] puts the limiter's decision there, where the user is known as well. Guesses of tokens never
//! get so far; a second limiter around the middleware counts the failures of each address.

mod users;

use actix_web::{
    Error, HttpMessage, Responder,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorUnauthorized,
    get,
    middleware::{Next, from_fn},
    web,
};
use ratelimit_actix::{Limiter, LimiterBuilder, Rule, exempt, key, limit};

pub use self::users::{MemoryUsers, UserStore};

/// Finds out who makes the request, and tells the limiter.
async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.path() == "/api/status" {
        return next.call(request).await;
    }
    let token = request.headers().get("Authorization").and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match MemoryUsers.user_of(token).await {
        Some(user) => {
            request.extensions_mut().insert(key::User::new(user));
            next.call(request).await
        }
        None => Err(ErrorUnauthorized("who are you?")),
    }
}

/// No attribute: the default, five a minute for each user.
#[get("/notes")]
async fn notes() -> impl Responder {
    "notes"
}

/// Costly, so two a minute for each user.
#[get("/search")]
#[limit("2/minute", key = user)]
async fn search() -> impl Responder {
    "found"
}

/// For everybody, as often as they like.
#[get("/status")]
#[exempt]
async fn status() -> impl Responder {
    "well"
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig, limiter: &Limiter) {
    let api = web::scope("/api").service((notes, search, status)).wrap(limiter.around(from_fn(authenticate)));
    config.service(api);
}

/// Counts users; as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("5/minute").key(key::user())
}

/// Counts failed logins by address, around everything else; as yet unbuilt.
///
/// Only what was answered 401 counts, so users are in nobody's way; an address that guesses is refused before
/// the next guess is looked at.
pub fn guesses() -> LimiterBuilder {
    let failures = Rule::new("3/minute").name("failed-logins").key(key::ip());
    let failures = failures.deduct_when(|answer| answer.status() == 401);
    Limiter::builder().application_limits(failures).key_prefix("guesses")
}
