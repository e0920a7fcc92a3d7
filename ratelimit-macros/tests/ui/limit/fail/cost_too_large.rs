use ratelimit_actix::limit;

#[limit("3/minute", cost = 18446744073709551616)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
