use ratelimit_actix::limit;

#[limit("3/minute", key = (ip, ip, ip, ip, ip, ip, ip, ip, ip))]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
