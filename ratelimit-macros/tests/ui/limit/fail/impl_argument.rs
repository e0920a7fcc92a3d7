use ratelimit_actix::limit;

#[limit("3/minute")]
async fn handler(_: impl actix_web::FromRequest) -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
