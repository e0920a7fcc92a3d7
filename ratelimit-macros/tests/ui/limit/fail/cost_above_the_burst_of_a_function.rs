use ratelimit_actix::limit;

fn plan(_: &actix_web::HttpRequest) -> &'static str {
    "3/minute"
}

#[limit(plan, strategy = token_bucket, burst = 4, cost = 5)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
