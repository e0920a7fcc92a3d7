use ratelimit_actix::limit;

#[limit("3/minute")]
fn handler() -> &'static str {
    async { "fine" }.await
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
