use ratelimit_actix::limit;

#[limit("3/minute", key = header("X-User-Id", "X-Api-Key"))]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
