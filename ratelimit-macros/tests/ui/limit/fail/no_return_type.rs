use ratelimit_actix::limit;

#[limit("3/minute")]
async fn handler() {}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
