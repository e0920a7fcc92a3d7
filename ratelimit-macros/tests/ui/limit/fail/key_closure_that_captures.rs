use ratelimit_actix::limit;

fn main() {
    let name = "x".to_owned();
    #[limit("3/minute", key = |_| name.clone())]
    async fn handler() -> &'static str {
        "fine"
    }
    let _ = actix_web::web::get().to(handler);
}

