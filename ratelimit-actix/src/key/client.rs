//! The key of the client's address.

use actix_web::HttpRequest;
use ratelimit_core::Key;

use crate::address::AddressRules;

/// The key of the address that `request` comes from.
pub(super) fn client_key(request: &HttpRequest) -> Key {
    let rules = AddressRules::default();
    let peer = request.peer_addr().map(|peer| peer.ip());
    rules.key(rules.client(peer, request.headers()))
}
