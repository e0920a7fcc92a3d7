use ratelimit_actix::limit;

struct Api;

impl Api {
    #[limit("3/minute")]
    async fn handler(&self) -> &'static str {
        "fine"
    }
}

fn main() {
    let _ = Api.handler();
}
