//! What is allowed, how it is counted, and whether at all.

use std::time::Duration;

use actix_web::{
    http::{
        Method,
        header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN},
    },
    test::TestRequest,
};
use ratelimit_actix::{Limiter, Rule};

use crate::world::{CLIENT, World, get, post};

#[actix_web::test]
async fn default_limits_hold_for_each_route_by_itself() {
    let world = World::of(&[("DEFAULT", "2/minute; 3/hour")]);
    assert_eq!(world.gets(3).await, [200, 200, 429]);
    assert_eq!(world.statuses([get("/other"), post("/")]).await, [200, 200]);
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.gets(2).await, [200, 429]);
}

#[actix_web::test]
async fn default_limits_may_cost_more_than_one() {
    let world = World::of(&[("DEFAULTS_COST", "2"), ("DEFAULT", "5/minute")]);
    assert_eq!(world.gets(3).await, [200, 200, 429]);
    let world = World::built(Limiter::builder().default_limits("5/minute"), &[("DEFAULTS_COST", "0")]);
    assert_eq!(world.gets(7).await, [200; 7]);
}

#[actix_web::test]
async fn default_limits_count_each_method_by_itself() {
    let shared = || Limiter::builder().default_limits(Rule::new("1/minute").shared("all"));
    let world = World::built(shared(), &[]);
    assert_eq!(world.statuses([get("/"), post("/")]).await, [200, 429]);
    let world = World::built(shared(), &[("DEFAULTS_PER_METHOD", "true")]);
    assert_eq!(world.statuses([get("/"), post("/"), get("/other")]).await, [200, 200, 429]);
}

#[actix_web::test]
async fn application_limits_hold_for_all_routes_together() {
    let world = World::of(&[("APPLICATION", "2/minute")]);
    assert_eq!(world.statuses([get("/"), post("/other"), get("/")]).await, [200, 200, 429]);
    let world = World::of(&[("APPLICATION", "2/minute"), ("APPLICATION_COST", "2")]);
    assert_eq!(world.statuses([get("/"), get("/other")]).await, [200, 429]);
    let world = World::of(&[("APPLICATION", "1/minute"), ("APPLICATION_PER_METHOD", "yes")]);
    assert_eq!(world.statuses([get("/"), post("/other"), get("/other")]).await, [200, 200, 429]);
    let per_method = Limiter::builder().application_limits(Rule::new("1/minute").per_method());
    let world = World::built(per_method, &[("APPLICATION_PER_METHOD", "no")]);
    assert_eq!(world.statuses([get("/"), post("/other")]).await, [200, 429]);
}

#[actix_web::test]
async fn meta_limits_count_refusals() {
    let world = World::of(&[("DEFAULT", "1/minute"), ("META", "1/hour")]);
    assert_eq!(world.gets(2).await, [200, 429]);
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.gets(1).await, [429]);
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(world.gets(1).await, [200]);
}

#[actix_web::test]
async fn every_strategy_may_be_chosen_by_its_names_here_and_in_flask_limiter() {
    let table = [
        ("fixed_window", "FixedWindow"),
        ("fixed-window", "FixedWindow"),
        ("moving-window", "MovingWindow"),
        ("sliding-window-counter", "SlidingWindow"),
        ("sliding_window", "SlidingWindow"),
        ("Token-Bucket", "TokenBucket"),
    ];
    for (name, strategy) in table {
        let world = World::of(&[("STRATEGY", name)]);
        assert!(world.debug().contains(&format!("strategy: {strategy}")), "{}", world.debug());
    }
    let world = World::of(&[("STRATEGY", "token-bucket"), ("DEFAULT", "2/minute")]);
    assert_eq!(world.gets(3).await, [200, 200, 429]);
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(world.gets(2).await, [200, 429]);
}

#[actix_web::test]
async fn limits_may_be_off_or_only_look_on() {
    let world = World::of(&[("DEFAULT", "1/minute"), ("ENABLED", "False")]);
    assert_eq!(world.gets(3).await, [200; 3]);
    let world = World::built(Limiter::builder().enabled(false), &[("DEFAULT", "1/minute"), ("ENABLED", "1")]);
    assert_eq!(world.gets(2).await, [200, 429]);
    let world = World::of(&[("DEFAULT", "1/minute"), ("SHADOW", "on")]);
    assert_eq!(world.gets(3).await, [200; 3]);
}

#[actix_web::test]
async fn requests_that_match_no_route_count_unless_told_otherwise() {
    let lost = || [get("/a"), get("/b")];
    let world = World::of(&[("DEFAULT", "1/minute")]);
    assert_eq!(world.statuses(lost()).await, [404, 429]);
    let world = World::of(&[("DEFAULT", "1/minute"), ("LIMIT_UNMATCHED", "false")]);
    assert_eq!(world.statuses(lost()).await, [404, 404]);
}

#[actix_web::test]
async fn preflights_count_if_told_so() {
    let preflight = || {
        TestRequest::default()
            .method(Method::OPTIONS)
            .peer_addr(CLIENT.parse().expect("an address"))
            .insert_header((ORIGIN, "https://shop.test"))
            .insert_header((ACCESS_CONTROL_REQUEST_METHOD, "GET"))
    };
    let world = World::of(&[("DEFAULT", "1/minute")]);
    assert_eq!(world.statuses([preflight(), preflight()]).await, [200, 200]);
    let world = World::of(&[("DEFAULT", "1/minute"), ("LIMIT_PREFLIGHT", "true")]);
    assert_eq!(world.statuses([preflight(), preflight()]).await, [200, 429]);
}

#[actix_web::test]
async fn what_needs_no_setting_here_may_be_said_as_it_is() {
    let world =
        World::of(&[("FAIL_ON_FIRST_BREACH", "true"), ("DEFAULTS_COST", "1"), ("DEFAULT", "1/minute")]);
    assert_eq!(world.gets(2).await, [200, 429]);
    World::of(&[("DEFAULTS_COST", "1"), ("APPLICATION_COST", "1"), ("APPLICATION_PER_METHOD", "false")]);
}
