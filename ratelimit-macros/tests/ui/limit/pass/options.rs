//! Every option, in every way of writing it.

use actix_web::{HttpRequest, HttpResponse};
use ratelimit_actix::{Breach, Limit, limit};

mod keys {
    pub(crate) fn path_of(request: &super::HttpRequest) -> &str {
        request.path()
    }
}

fn ip(_: &HttpRequest) -> Option<String> {
    None
}

const NAME: &str = "x-tenant";

fn plan(_: &HttpRequest) -> Option<Limit> {
    None
}

async fn plan_later(request: &HttpRequest) -> Result<String, std::io::Error> {
    Ok(request.path().to_owned())
}

fn cost(_: &HttpRequest) -> u32 {
    1
}

fn costs(_: &HttpRequest) -> &'static str {
    "3/minute"
}

async fn is_staff(_: &HttpRequest) -> bool {
    true
}

fn failed(answer: &HttpResponse) -> bool {
    answer.status().is_client_error()
}

fn refuse(_: &HttpRequest, _: &Breach) -> HttpResponse {
    HttpResponse::TooManyRequests().finish()
}

fn message(request: &HttpRequest) -> String {
    request.path().to_owned()
}

const TEXT: &str = "3/minute";
const LIMIT: Option<Limit> = None;

#[limit(TEXT)]
#[limit(LIMIT, per_method)]
#[limit(plan)]
#[limit(self::plan_later, strategy = token_bucket, burst = 50, cost = 50)]
#[limit(self::costs)]
#[limit("3/minute", cost = cost, exempt_when = is_staff, deduct_when = failed, on_breach = refuse)]
#[limit("3/minute", cost = |request| request.path().len().try_into().unwrap_or(1))]
#[limit("3/minute", exempt_when = |request| request.path() == "/", deduct_when = |answer| answer.status() == 200)]
#[limit("3/minute", exempt_when = async |request| is_staff(request).await)]
#[limit("3/minute", on_breach = |_, breach| assert!(!breach.refused().is_empty()))]
#[limit("3/minute", error_message = "slow down", on_error = fallback, shadow)]
#[limit("3/minute", error_message = message, on_error = open, shadow = false, meta = "1/hour; 5/day")]
#[limit("3/minute", error_message = |request| request.path().to_owned(), on_error = closed)]
#[limit("3/minute", error_message = |_, breach| format!("{:?}", breach.retry_after()))]
#[limit("0/minute")]
#[limit("3/minute", key = ip, strategy = fixed_window,)]
#[limit("3/minute", key = global, strategy = sliding_window)]
#[limit("3/minute", key = user, strategy = moving_window)]
#[limit("3/minute; 10/hour", key = header("X-User-Id"), strategy = token_bucket, burst = 5, cost = 4)]
#[limit("3/minute", key = cookie("sid"), cost = 0)]
#[limit("3/minute", key = path("id"), methods("GET", "post", "X-CUSTOM"))]
#[limit("3/minute", key = query("id"), per_method)]
#[limit("3/minute", key = keys::path_of, per_method = false)]
#[limit("3/minute", key = self::ip, per_method = true, scope = "scope")]
#[limit("3/minute", key = |request| request.path().to_owned(), shared = "shared")]
#[limit("3/minute", key = |_: &HttpRequest| -> Option<String> { return None }, name = "a \"name\"")]
#[limit("3/minute", key = |request| Some(request.headers().get(NAME)?.to_str().ok()?.to_owned()))]
#[limit("3/minute", key = (ip, header("X-A"), (keys::path_of, |_| "x")), override_defaults = false)]
#[limit("0/minute", key = (ip,), cost = 5, override_defaults)]
#[limit(r#"3/minute"#, key = (ip))]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
