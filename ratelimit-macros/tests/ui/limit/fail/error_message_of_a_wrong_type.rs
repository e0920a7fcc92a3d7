use ratelimit_actix::limit;

fn message(_: &actix_web::HttpRequest) -> u8 {
    3
}

#[limit("3/minute", error_message = message)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
