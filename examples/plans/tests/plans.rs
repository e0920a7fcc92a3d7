//! Plans limit, change, and are there while the database isn't.

use std::{sync::Arc, time::Duration};

use actix_web::{
    App,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::Method,
    test::{TestRequest, call_service, init_service},
};
use plans::{CachedPlans, FRESH_FOR, MemoryDatabase};
use ratelimit_actix::ManualClock;

/// The app on `database`; what was read from it stays fresh for so long.
async fn app(
    clock: &ManualClock,
    database: &MemoryDatabase,
    fresh_for: Duration,
) -> impl Service<
    actix_http::Request,
    Response = ServiceResponse<impl MessageBody + use<>>,
    Error = actix_web::Error,
> + use<> {
    let limiter = plans::limiter().clock(clock.clone()).build().expect("the limits are right");
    let cached: Arc<CachedPlans> = CachedPlans::new(database.clone(), fresh_for);
    let database = database.clone();
    init_service(App::new().wrap(limiter).configure(move |config| plans::routes(config, &database, &cached)))
        .await
}

/// The statuses of `count` requests by a customer.
async fn statuses<S, B>(app: &S, method: Method, path: &str, api_key: &str, count: usize) -> Vec<u16>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut statuses = Vec::new();
    for _ in 0..count {
        let request = TestRequest::with_uri(path).method(method.clone());
        let request = request.insert_header(("X-Api-Key", api_key)).to_request();
        statuses.push(call_service(app, request).await.status().as_u16());
    }
    statuses
}

/// How many of `count` reports a customer gets.
async fn reports<S, B>(app: &S, api_key: &str, count: usize) -> usize
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let statuses = statuses(app, Method::GET, "/report", api_key, count).await;
    assert!(statuses.iter().all(|status| matches!(status, 200 | 429)), "{statuses:?}");
    statuses.iter().filter(|status| **status == 200).count()
}

#[actix_web::test]
async fn each_plan_has_its_limits() {
    let app = app(&ManualClock::new(), &MemoryDatabase::new(), FRESH_FOR).await;
    assert_eq!(reports(&app, "fred", 5).await, 3);
    assert_eq!(reports(&app, "paula", 15).await, 10);
    assert_eq!(reports(&app, "nobody knows", 5).await, 3);
    assert_eq!(statuses(&app, Method::PUT, "/plan/enterprise", "paula", 1).await, [204]);
    assert_eq!(reports(&app, "paula", 50).await, 50);
}

#[actix_web::test]
async fn a_change_of_plan_loses_no_counts() {
    let clock = ManualClock::new();
    let app = app(&clock, &MemoryDatabase::new(), FRESH_FOR).await;
    assert_eq!(reports(&app, "fred", 5).await, 3);
    assert_eq!(statuses(&app, Method::PUT, "/plan/pro", "fred", 1).await, [204]);
    assert_eq!(reports(&app, "fred", 15).await, 7, "three of the ten are used");
    assert_eq!(statuses(&app, Method::PUT, "/plan/free", "fred", 1).await, [204]);
    assert_eq!(reports(&app, "fred", 1).await, 0);
    clock.advance(Duration::from_mins(1));
    assert_eq!(reports(&app, "fred", 5).await, 3);
}

#[actix_web::test]
async fn a_change_in_the_database_shows_when_the_cache_is_stale() {
    let database = MemoryDatabase::new();
    let (fresh, stale) = (FRESH_FOR, Duration::ZERO);
    for (fresh_for, expected) in [(fresh, 0), (stale, 7)] {
        database.set("fred", plans::Plan::Free);
        let app = app(&ManualClock::new(), &database, fresh_for).await;
        assert_eq!(reports(&app, "fred", 4).await, 3);
        database.set("fred", plans::Plan::Pro);
        assert_eq!(reports(&app, "fred", 20).await, expected);
    }
}

#[actix_web::test]
async fn without_the_database_known_customers_keep_their_plans_and_others_meet_the_default() {
    let database = MemoryDatabase::new();
    let app = app(&ManualClock::new(), &database, Duration::ZERO).await;
    assert_eq!(reports(&app, "paula", 5).await, 5);
    database.set_away(true);
    assert_eq!(reports(&app, "paula", 10).await, 5);
    assert_eq!(reports(&app, "fred", 5).await, 2);
}
