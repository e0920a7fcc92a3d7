use ratelimit_actix::limit;

const LIMIT: u8 = 3;

#[limit(LIMIT, key = ip)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
