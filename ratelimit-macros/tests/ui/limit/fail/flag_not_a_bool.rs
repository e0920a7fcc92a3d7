use ratelimit_actix::limit;

#[limit("3/minute", per_method = "x", override_defaults = 0)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
