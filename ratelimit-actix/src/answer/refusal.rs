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

/// A 429 that names the limits in the form that the client prefers: a problem document (RFC 9457) or
/// plain text. Nothing of the client's key and nothing of the application but its policies' names.
pub(crate) fn response(request: &HttpRequest, breach: &Breach) -> HttpResponse {
    let own = breach.rules().find_map(|rule| rule.error_message.as_ref());
    let own = own.map(|message| message.text(request, breach));
    let (content_type, body) = if prefers_text(request.headers()) {
        (&PLAIN_TEXT, text(own, breach))
    } else {
        (&PROBLEM_JSON, problem(own, breach))
    };
    let mut response = HttpResponse::with_body(StatusCode::TOO_MANY_REQUESTS, BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type.clone());
    // The form depends on Accept.
    headers.insert(header::VARY, VARY.clone());
    response
}

// Statics, as to make one of text looks at each byte.
static PLAIN_TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
static PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
static VARY: HeaderValue = HeaderValue::from_static("accept");

fn text(own: Option<String>, breach: &Breach) -> Vec<u8> {
    if let Some(own) = own {
        return own.into_bytes();
    }
    let mut body = b"Too many requests: ".to_vec();
    write_detail(&mut body, breach);
    body
}

/// The problem document. Written piece by piece: refusals are what an attack gets, and to build a map of values
/// first takes 9,000 instructions, this 500.
fn problem(own: Option<String>, breach: &Breach) -> Vec<u8> {
    let mut body = Vec::with_capacity(LENGTH + own.as_ref().map_or(0, String::len));
    body.extend_from_slice(b"{\"detail\":");
    if let Some(own) = own {
        // Text can always be written, and a `Vec` always written to.
        let _ = serde_json::to_writer(&mut body, &own);
    } else {
        // Limits' texts have nothing to be escaped.
        body.push(b'"');
        write_detail(&mut body, breach);
        body.push(b'"');
    }
    body.extend_from_slice(AFTER_DETAIL.as_bytes());
    for (index, verdict) in breach.refused().iter().enumerate() {
        let name = verdict.policy().name();
        let is_first = breach.refused()[..index].iter().all(|other| other.policy().name() != name);
        if is_first {
            body.push(if index == 0 { b'[' } else { b',' });
            body.extend_from_slice(verdict.prepared().json_name().as_bytes());
        }
    }
    body.extend_from_slice(b"]}");
    body
}

/// Longer than most problem documents are without a text of the app's own.
const LENGTH: usize = 384;

/// The problem's type and title. The title is that of the type, word for word; RFC 9457 wants it alike in every
/// answer.
const AFTER_DETAIL: &str = concat!(
    r#","status":429,"#,
    r#""title":"Request cannot be satisfied as assigned quota has been exceeded","#,
    r#""type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#,
    r#""violated-policies":"#,
);

/// `3 per 1 minute exceeded; retry after 42 seconds`: of the limit to wait for longest.
fn write_detail(body: &mut Vec<u8>, breach: &Breach) {
    let limit = breach.refused().first().map_or("rate limit", |verdict| verdict.prepared().limit());
    let mut buffer = itoa::Buffer::new();
    let [what, wait, unit] = match breach.retry_after().map(seconds::to_wait) {
        None => [" exceeded; waiting will not help", "", ""],
        Some(1) => [" exceeded; retry after 1 second", "", ""],
        Some(wait) => [" exceeded; retry after ", buffer.format(wait), " seconds"],
    };
    for part in [limit, what, wait, unit] {
        body.extend_from_slice(part.as_bytes());
    }
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
