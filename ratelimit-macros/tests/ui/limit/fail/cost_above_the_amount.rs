use ratelimit_actix::limit;

#[limit("10/hour; 3/minute", cost = 5)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
