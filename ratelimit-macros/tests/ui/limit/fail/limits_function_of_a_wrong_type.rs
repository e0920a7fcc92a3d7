use ratelimit_actix::limit;

fn by_plan(_: u8) -> &'static str {
    "3/minute"
}

#[limit(by_plan, key = ip)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
