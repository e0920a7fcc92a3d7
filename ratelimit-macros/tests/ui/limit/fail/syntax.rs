use ratelimit_actix::limit;

#[limit("3/minute" cost = 2, key = , per_method = ;)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
