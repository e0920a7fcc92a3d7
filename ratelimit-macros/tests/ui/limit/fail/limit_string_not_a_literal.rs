use ratelimit_actix::limit;

const LIMIT: &str = "3/minute";

#[limit(LIMIT, key = ip)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
