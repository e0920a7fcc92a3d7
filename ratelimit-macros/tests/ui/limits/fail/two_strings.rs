use ratelimit_actix::limits;

fn main() {
    let _ = limits!("5/minute", "1/hour");
}
