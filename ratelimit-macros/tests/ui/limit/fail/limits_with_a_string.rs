use ratelimit_actix::limit;

fn plan(_: &actix_web::HttpRequest) -> &'static str {
    "3/minute"
}

#[limit(plan, "3/minute")]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
