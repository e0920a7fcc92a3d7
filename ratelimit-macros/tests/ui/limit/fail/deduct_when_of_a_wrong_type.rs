use ratelimit_actix::limit;

#[limit("3/minute", deduct_when = |answer| answer.status())]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
