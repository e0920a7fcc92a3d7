use ratelimit_actix::limit;

fn refuse(_: &actix_web::HttpRequest) -> actix_web::HttpResponse {
    actix_web::HttpResponse::TooManyRequests().finish()
}

#[limit("3/minute", on_breach = refuse)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
