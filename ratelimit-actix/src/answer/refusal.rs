//! The response to a refused request, unless the application has its own.

use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue, Quality, QualityItem},
    },
    mime::Mime,
};

use super::headers::seconds;
use crate::Breach;

/// The problem type that `draft-ietf-httpapi-ratelimit-headers` registers.
const PROBLEM_TYPE: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";
/// Its title, word for word; RFC 9457 wants it alike in every answer.
const TITLE: &str = "Request cannot be satisfied as assigned quota has been exceeded";

/// A 429 that names the limits in the form that the client prefers: a problem document (RFC 9457) or
/// plain text. Nothing of the client's key and nothing of the application but its policies' names.
pub(crate) fn response(request: &HttpRequest, breach: &Breach) -> HttpResponse {
    let own = breach.rules().find_map(|rule| rule.error_message.as_ref());
    let detail = own.map_or_else(|| detail(breach), |message| message.text(request, breach));
    let (content_type, body) = if prefers_text(request.headers()) {
        let body = if own.is_some() { detail } else { format!("Too many requests: {detail}") };
        (TEXT, body.into_bytes())
    } else {
        (PROBLEM, problem(&detail, breach))
    };
    let mut response = HttpResponse::with_body(StatusCode::TOO_MANY_REQUESTS, BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    // The form depends on Accept.
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

const TEXT: &str = "text/plain; charset=utf-8";
const PROBLEM: &str = "application/problem+json";

/// The problem document. Written piece by piece: refusals are what an attack gets, and to build a map of values
/// first takes 9,000 instructions, this 500.
fn problem(detail: &str, breach: &Breach) -> Vec<u8> {
    let mut body = Vec::with_capacity(LENGTH + detail.len());
    body.extend_from_slice(b"{\"detail\":");
    write_string(&mut body, detail);
    for part in [",\"status\":429,\"title\":\"", TITLE, "\",\"type\":\"", PROBLEM_TYPE] {
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(b"\",\"violated-policies\":");
    for (index, name) in violated(breach).into_iter().enumerate() {
        body.push(if index == 0 { b'[' } else { b',' });
        write_string(&mut body, name);
    }
    body.extend_from_slice(b"]}");
    body
}

/// About as long as a problem document gets without its detail, so that it is allocated once.
const LENGTH: usize = 288;

/// Writes `text` as JSON.
fn write_string(body: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        body.push(b'"');
        body.extend_from_slice(text.as_bytes());
        body.push(b'"');
        return;
    }
    // Text can always be written, and a `Vec` always written to.
    let _ = serde_json::to_writer(body, text);
}

/// `3 per 1 minute exceeded; retry after 42 seconds`: of the limit to wait for longest.
fn detail(breach: &Breach) -> String {
    let limit = breach.refused().first().map_or("rate limit", |verdict| verdict.prepared().limit());
    let mut buffer = itoa::Buffer::new();
    let [what, wait, unit] = match breach.retry_after().map(seconds::to_wait) {
        None => [" exceeded; waiting will not help", "", ""],
        Some(1) => [" exceeded; retry after 1 second", "", ""],
        Some(wait) => [" exceeded; retry after ", buffer.format(wait), " seconds"],
    };
    [limit, what, wait, unit].concat()
}

/// The names of the limits that refused, each once.
fn violated(breach: &Breach) -> Vec<&str> {
    let mut names = Vec::new();
    for verdict in breach.refused() {
        if !names.contains(&verdict.policy().name()) {
            names.push(verdict.policy().name());
        }
    }
    names
}

/// Whether the client would rather have plain text than JSON. Without a preference, programs are
/// served. Who asks for HTML is a person with a browser, and every browser shows plain text, while
/// some offer a problem document as a download.
fn prefers_text(headers: &HeaderMap) -> bool {
    if !headers.contains_key(header::ACCEPT) {
        return false;
    }
    let accepted = header::from_comma_delimited(headers.get_all(header::ACCEPT)).unwrap_or_default();
    let problem = Preference::of(&accepted, "application", ["application/problem+json", "application/json"]);
    let text = Preference::of(&accepted, "text", ["text/plain", "text/html"]);
    text > problem
}

/// How much a client wants a form. Of two that it wants alike, the one it names comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    quality: Quality,
    nearness: u8,
}

impl Preference {
    /// The weight of the range that fits most closely (RFC 9110, 12.5.1): the type itself, the type
    /// that stands for it, `family/*`, `*/*`.
    fn of(accepted: &[QualityItem<Mime>], family: &str, [exact, similar]: [&str; 2]) -> Self {
        let fit = |range: &QualityItem<Mime>| {
            let essence = range.item.essence_str();
            let fit = if essence == exact {
                4
            } else if essence == similar {
                3
            } else if range.item.type_() == family && range.item.subtype() == "*" {
                2
            } else if essence == "*/*" {
                1
            } else {
                return None;
            };
            Some((fit, range.quality))
        };
        let Some((fit, quality)) = accepted.iter().filter_map(fit).max() else { return Self::default() };
        // Both kinds of names are names; what is not wanted at all has no nearness.
        Self { quality, nearness: if quality > Quality::ZERO { fit.min(3) } else { 0 } }
    }
}

#[cfg(test)]
mod tests;
