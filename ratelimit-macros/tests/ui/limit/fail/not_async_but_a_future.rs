use ratelimit_actix::limit;

#[limit("3/minute")]
fn handler() -> impl Future<Output = &'static str> {
    async { "fine" }
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
