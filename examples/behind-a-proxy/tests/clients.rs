//! Who is counted, and who can't be somebody else.

use std::net::SocketAddr;

use actix_web::{
    App,
    test::{TestRequest, call_service, init_service},
};
use ratelimit_actix::{Limiter, ManualClock};

fn limiter() -> Limiter {
    behind_a_proxy::limiter().clock(ManualClock::new()).build().expect("the limits are right")
}

/// How many of five requests pass that come from `peer` and say that they come from each of `forwarded`.
async fn passed(limiter: &Limiter, peer: &str, forwarded: &[&str]) -> usize {
    let app = App::new().wrap(limiter.clone()).configure(|config| behind_a_proxy::routes(config, limiter));
    let app = init_service(app).await;
    let peer: SocketAddr = format!("{peer}:4711").parse().expect("an address");
    let mut passed = 0;
    for forwarded in forwarded.iter().cycle().take(5) {
        let request = TestRequest::get().peer_addr(peer).insert_header(("X-Forwarded-For", *forwarded));
        passed += usize::from(call_service(&app, request.to_request()).await.status() == 200);
    }
    passed
}

#[actix_web::test]
async fn clients_behind_the_proxy_count_apart() {
    let limiter = limiter();
    assert_eq!(passed(&limiter, "10.1.2.3", &["203.0.113.7"]).await, 3);
    assert_eq!(passed(&limiter, "10.1.2.3", &["203.0.113.7"]).await, 0);
    assert_eq!(passed(&limiter, "10.1.2.3", &["203.0.113.8"]).await, 3);
    assert_eq!(passed(&limiter, "127.0.0.1", &["203.0.113.8, 10.1.2.3"]).await, 0, "through two proxies");
}

#[actix_web::test]
async fn who_is_no_proxy_counts_as_itself_whatever_it_says() {
    let forged = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"];
    assert_eq!(passed(&limiter(), "198.51.100.9", &forged).await, 3);
}

#[actix_web::test]
async fn what_a_client_writes_before_the_proxy_counts_for_nothing() {
    let forged = ["1.1.1.1, 203.0.113.7", "2.2.2.2, 203.0.113.7", "10.0.0.1, 203.0.113.7", "x, 203.0.113.7"];
    assert_eq!(passed(&limiter(), "10.1.2.3", &forged).await, 3);
}

#[actix_web::test]
async fn a_customer_with_a_network_of_ipv6_is_one_client() {
    let limiter = limiter();
    let addresses = ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"];
    assert_eq!(passed(&limiter, "10.1.2.3", &addresses).await, 3);
    assert_eq!(passed(&limiter, "10.1.2.3", &["2001:db8:0:2::1"]).await, 3);
}
