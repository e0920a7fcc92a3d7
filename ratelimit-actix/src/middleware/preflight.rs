//! CORS preflights: <https://fetch.spec.whatwg.org/#cors-preflight-fetch>.

use actix_web::{
    dev::RequestHead,
    http::{
        ConnectionType, Method,
        header::{self, HeaderName},
    },
};

/// Whether a request is a preflight as browsers send it.
///
/// Browsers send no credentials and no body with a preflight, and don't upgrade the connection. What
/// does is a forgery, made to get past the limits of a handler that answers every method.
pub(crate) fn is_preflight(head: &RequestHead) -> bool {
    let headers = head.headers();
    let once = |name| headers.get_all(name).count() == 1;
    head.method == Method::OPTIONS
        && once(header::ORIGIN)
        && once(header::ACCESS_CONTROL_REQUEST_METHOD)
        && NEVER_SENT.iter().all(|name| !headers.contains_key(name))
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
        && head.connection_type() != ConnectionType::Upgrade
}

/// What announces credentials, a body or another protocol.
const NEVER_SENT: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
