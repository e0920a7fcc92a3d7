//! The response to a refused request, unless the application has its own.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, Quality, QualityItem},
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
    let mut response = HttpResponse::TooManyRequests();
    // The form depends on Accept.
    response.insert_header((header::VARY, header::ACCEPT.as_str()));
    let own = breach.rules().find_map(|rule| rule.error_message.as_ref());
    let detail = own.map_or_else(|| detail(breach), |message| message.text(request, breach));
    if prefers_text(request.headers()) {
        let body = if own.is_some() { detail } else { format!("Too many requests: {detail}") };
        return response.content_type("text/plain; charset=utf-8").body(body);
    }
    let body = serde_json::json!({
        "type": PROBLEM_TYPE,
        "title": TITLE,
        "status": StatusCode::TOO_MANY_REQUESTS.as_u16(),
        "detail": detail,
        "violated-policies": violated(breach),
    });
    response.content_type("application/problem+json").body(body.to_string())
}

/// `3 per 1 minute exceeded; retry after 42 seconds`: of the limit to wait for longest.
fn detail(breach: &Breach) -> String {
    let limit = breach.refused().first().map(|verdict| verdict.policy().quota().limit());
    let limit = limit.map_or_else(|| "rate limit".to_owned(), |limit| limit.to_string());
    match breach.retry_after().map(seconds::to_wait) {
        None => format!("{limit} exceeded; waiting will not help"),
        Some(1) => format!("{limit} exceeded; retry after 1 second"),
        Some(wait) => format!("{limit} exceeded; retry after {wait} seconds"),
    }
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
