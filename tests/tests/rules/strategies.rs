//! The edge burst: 2N requests around the end of a window.

use std::time::Duration;

use actix_web::web;
use ratelimit_actix::{Limiter, ManualClock, Strategy};
use ratelimit_tests::{Ask, Backend, Server};

use super::ok;

/// How many of 2N requests pass that straddle the end of a window: N just before, N just after.
async fn through_the_edge(strategy: Strategy, backend: Backend) -> usize {
    const N: usize = 10;
    let clock = ManualClock::new();
    let builder = Limiter::builder().default_limits("10/minute").strategy(strategy);
    let limiter = backend.behind(builder, &clock).build().expect("right settings");
    let server = Server::start(limiter, |app, _| {
        app.route("/", web::get().to(ok));
    });
    let ask = Ask::get("/");
    let mut passed = ask.statuses(&server, 1).await.len();
    clock.advance(Duration::from_millis(59_999));
    for count in [N - 1, N] {
        let statuses = ask.statuses(&server, count).await;
        passed += statuses.iter().filter(|status| **status == 200).count();
        clock.advance(Duration::from_millis(1));
    }
    passed - 1
}

#[actix_web::test]
async fn only_a_fixed_window_can_be_straddled() {
    for backend in Backend::ALL {
        assert_eq!(through_the_edge(Strategy::FixedWindow, backend).await, 19, "{backend:?}");
        for strategy in [Strategy::SlidingWindow, Strategy::MovingWindow, Strategy::TokenBucket] {
            let passed = through_the_edge(strategy, backend).await;
            assert!(passed <= 10, "{strategy} on {backend:?} let {passed} through");
        }
    }
}
