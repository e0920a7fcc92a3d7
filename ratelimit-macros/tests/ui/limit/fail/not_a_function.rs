use ratelimit_actix::limit;

/// Stays.
#[limit("3/minute", colour = "blue")]
#[derive(Default)]
struct Handler;

fn main() {
    let _ = Handler::default();
}
