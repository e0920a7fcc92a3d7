use ratelimit_actix::limit;

#[limit("3/minute", meta = METAS)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
