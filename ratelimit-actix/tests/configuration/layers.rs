//! Who says it last wins.

use ratelimit_actix::{Config, Limiter, OnError, Rule};

use crate::world::World;

#[actix_web::test]
async fn methods_after_a_configuration_win_over_it() {
    let config = Config::from_pairs([("DEFAULT", "1/minute"), ("ENABLED", "false")]);
    let builder = Limiter::builder().config(&config).enabled(true).default_limits("2/minute");
    assert_eq!(World::built(builder, &[]).gets(3).await, [200, 200, 429]);
}

#[actix_web::test]
async fn configurations_win_over_those_before_setting_by_setting() {
    let file = Config::from_pairs([("default", "1/minute"), ("on_error", "open"), ("key_prefix", "shop")]);
    let builder = Limiter::builder().config(&file).on_error(OnError::Closed);
    let world = World::built(builder, &[("RATELIMIT_DEFAULT", "2/minute")]);
    assert_eq!(world.gets(3).await, [200, 200, 429]);
    assert!(world.debug().contains("shop"), "{}", world.debug());
}

#[actix_web::test]
async fn limits_replace_limits_with_their_cost() {
    let builder = Limiter::builder().default_limits(Rule::new("4/minute").cost(4));
    assert_eq!(World::built(builder, &[("DEFAULT", "2/minute")]).gets(3).await, [200, 200, 429]);
    let builder = Limiter::builder().default_limits("2/minute");
    assert_eq!(World::built(builder, &[("DEFAULTS_COST", "2")]).gets(2).await, [200, 429]);
}

#[test]
fn a_mistake_in_limits_is_gone_when_they_are_replaced() {
    let config = Config::from_pairs([("DEFAULT", "5/minute")]);
    Limiter::builder().default_limits("5/minuet").config(&config).build().expect("right settings");
}
