use actix_web::http::Method;
use ratelimit_actix::limit;

#[limit("3/minute")]
async fn handler(
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
) -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
