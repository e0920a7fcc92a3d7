use ratelimit_actix::limit;

fn cost(_: &actix_web::HttpRequest) -> String {
    String::new()
}

#[limit("3/minute", cost = cost)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
