//! The example behaves as its table says.

use std::time::Duration;

use actix_web::{
    App,
    test::{TestRequest, call_service, init_service},
};
use ratelimit_actix::ManualClock;

#[actix_web::test]
async fn each_route_has_the_limits_of_the_table() {
    let clock = ManualClock::new();
    let limiter = scopes::limiter().clock(clock.clone()).build().expect("the limits are right");
    let routes = limiter.clone();
    let app =
        init_service(App::new().wrap(limiter).configure(move |config| scopes::routes(config, &routes))).await;
    let asked = async |path: &str, count: usize| {
        let mut passed = 0;
        for _ in 0..count {
            let answer = call_service(&app, TestRequest::with_uri(path).to_request()).await;
            passed += usize::from(answer.status() == 200);
        }
        passed
    };

    for _ in 0..2 {
        assert_eq!(asked("/", 30).await, 20);
        assert_eq!(asked("/api/items", 9).await, 5);
        assert_eq!(asked("/api/prices", 9).await, 5);
        assert_eq!(asked("/api/search/items", 2).await, 2);
        assert_eq!(asked("/api/search/prices", 9).await, 1);
        assert_eq!(asked("/api/bulk/export", 60).await, 50);
        assert_eq!(asked("/api/own", 9).await, 2);
        assert_eq!(asked("/api/health", 60).await, 60);
        clock.advance(Duration::from_mins(1));
    }
}
