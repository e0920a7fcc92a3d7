use ratelimit_actix::limit;

#[limit(|_| "3/minute", key = ip)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
