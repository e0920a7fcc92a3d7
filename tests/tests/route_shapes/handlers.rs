//! The three kinds of handler that shapes register.

use actix_web::Responder;
use ratelimit_actix::{exempt, limit};

/// Undecorated: the default limit.
pub(crate) async fn open() -> impl Responder {
    "open"
}

/// Its own limit.
#[limit("3/minute")]
pub(crate) async fn own() -> impl Responder {
    "own"
}

/// Its own limit, of which there may be two at one path.
#[limit("3/minute")]
pub(crate) async fn own_too() -> impl Responder {
    "own too"
}

/// No limit.
#[exempt]
pub(crate) async fn free() -> impl Responder {
    "free"
}
