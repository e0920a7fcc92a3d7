use ratelimit_actix::limit;

#[limit("1/day", strategy = token_bucket, burst = 1_000_000)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
