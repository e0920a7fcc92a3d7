use ratelimit_actix::limit;

#[limit("3/minute", shadow, meta = "1/hour")]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
