use ratelimit_actix::limits;

fn main() {
    let _ = limits!("5/minuet");
}
