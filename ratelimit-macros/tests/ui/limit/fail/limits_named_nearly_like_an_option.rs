use ratelimit_actix::limit;

fn costs(_: &actix_web::HttpRequest) -> &'static str {
    "3/minute"
}

#[limit(costs)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
