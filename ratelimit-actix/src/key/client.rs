//! The key of the client's address.

use actix_web::HttpRequest;
use ratelimit_core::Key;

use crate::{address::AddressRules, request::State};

/// The key of the address that `request` comes from: as its limiter finds it, or, in an app without a
/// limiter, the peer's.
pub(super) fn client_key(request: &HttpRequest) -> Key {
    match State::innermost(request) {
        Some(state) => state.client(request).clone(),
        None => AddressRules::default().key(request.peer_addr().map(|peer| peer.ip())),
    }
}
