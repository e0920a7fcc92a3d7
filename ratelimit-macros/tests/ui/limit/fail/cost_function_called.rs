use ratelimit_actix::limit;

#[limit("3/minute", cost = cost())]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
