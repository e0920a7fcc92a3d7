use ratelimit_actix::exempt;

#[exempt(meta, default, meta)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
