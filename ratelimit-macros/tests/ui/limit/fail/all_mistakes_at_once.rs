use ratelimit_actix::{exempt, limit};

#[limit("3/minuet", key = 5, cost = -1, colour)]
#[limit("3/minute", scope = "", burst = 2)]
#[exempt(mta)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
