use ratelimit_actix::limit;

fn by_user(_: &actix_web::HttpRequest) -> Vec<char> {
    Vec::new()
}

#[limit("3/minute", key = by_user)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
