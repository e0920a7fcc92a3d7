use ratelimit_actix::{exempt, limit};

#[limit("3/minute")]
#[exempt]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
