use ratelimit_actix::limit;

#[limit("3/minute", on_breach = |_, _| 3)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
