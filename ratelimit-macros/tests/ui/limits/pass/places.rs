//! Where limits that the compiler has checked may stand.

use ratelimit_actix::{LimitSet, Limiter, Rule, limit, limits};

const READS: LimitSet = limits!("100/minute; 100/minute; 5 per 10 minutes");
static WRITES: LimitSet = limits!("10/minute");

#[limit(READS)]
#[limit(WRITES, key = ip)]
#[limit(self::READS, key = global)]
async fn handler() -> &'static str {
    "fine"
}

fn main() {
    assert_eq!(READS.len(), 2);
    assert_eq!(READS, "100/minute; 5 per 10 minutes".parse().expect("limits"));
    assert_eq!(READS.to_string(), "100 per 1 minute; 5 per 10 minute");
    let limiter = Limiter::builder().default_limits(limits!("5/minute")).application_limits(READS);
    assert!(limiter.meta_limits(Rule::new(&WRITES)).build().is_ok());
    let _ = actix_web::web::get().to(handler);
}
