use ratelimit_actix::limit;

#[limit("3/minute")]
async fn handler<T: Default>(_: actix_web::web::Data<T>) -> &'static str {
    "fine"
}

fn main() {
    let _ = actix_web::web::get().to(handler);
}
