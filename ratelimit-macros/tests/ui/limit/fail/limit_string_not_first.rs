use ratelimit_actix::limit;

#[limit(key = ip, "3/minute")]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
