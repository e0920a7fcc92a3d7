use ratelimit_actix::exempt;

#[exempt(global)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
