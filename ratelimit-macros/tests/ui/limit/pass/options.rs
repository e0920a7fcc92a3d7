//! Every option, in every way of writing it.

use actix_web::HttpRequest;
use ratelimit_actix::limit;

mod keys {
    pub(crate) fn path_of(request: &super::HttpRequest) -> &str {
        request.path()
    }
}

fn ip(_: &HttpRequest) -> Option<String> {
    None
}

const NAME: &str = "x-tenant";

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
