use ratelimit_actix::{exempt, limit};

#[exempt]
#[limit("3/minute")]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
