use ratelimit_actix::limit;

#[limit("10/hour", strategy = token_bucket, burst = 4, cost = 5)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
