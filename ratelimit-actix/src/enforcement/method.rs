//! Methods, as counters tell them apart.

use actix_web::http::Method;

/// The name under which a preflight is counted by a decorated handler that it reaches. Browsers send
/// preflights unasked, so they must not use up the client's requests; but anyone can send one, so a
/// handler that answers every method must not run unlimited either.
pub(crate) const PREFLIGHT: &str = "preflight";

/// The name under which requests with `method` are counted where methods are counted apart.
///
/// HEAD counts as GET. Methods outside RFC 9110 and RFC 5789 count together: clients can make up any
/// number of them, and each would be another allowance.
pub(crate) fn counted_as(method: &Method) -> &'static str {
    match *method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "other",
    }
}
