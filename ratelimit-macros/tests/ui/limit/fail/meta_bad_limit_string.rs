use ratelimit_actix::limit;

#[limit("3/minute", meta = "1/houre")]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
