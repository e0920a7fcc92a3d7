use ratelimit_actix::limits;

fn main() {
    let _ = limits!();
}
