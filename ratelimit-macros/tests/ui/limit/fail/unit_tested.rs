use ratelimit_actix::limit;

#[limit("3/minute", colour = "blue")]
async fn handler(number: actix_web::web::Path<u8>) -> String {
    number.to_string()
}

fn main() {
    let _ = actix_web::web::get().to(handler);
    let _ = handler::unlimited(1.into());
}
