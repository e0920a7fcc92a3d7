//! CORS preflights: <https://fetch.spec.whatwg.org/#cors-preflight-fetch>.

use actix_web::{
    dev::RequestHead,
    http::{Method, header},
};

/// Whether a request is a preflight as browsers send it.
///
/// Browsers send no credentials and no body with a preflight. What has them is a forgery, made to get
/// past the limits of a handler that answers every method.
pub(crate) fn is_preflight(head: &RequestHead) -> bool {
    let headers = head.headers();
    head.method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
        && !headers.contains_key(header::AUTHORIZATION)
        && !headers.contains_key(header::COOKIE)
        && !headers.contains_key(header::TRANSFER_ENCODING)
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
}
