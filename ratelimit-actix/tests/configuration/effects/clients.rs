//! Who is counted, and by which address.

use actix_web::test::TestRequest;
use ratelimit_actix::{Limiter, core::Key, key::KeyExtractor};

use crate::{
    storage::Shared,
    world::{World, from, get},
};

#[actix_web::test]
async fn the_key_is_written_as_in_the_attribute() {
    let world = World::of(&[("DEFAULT", "1/minute"), ("KEY", "header(\"X-Api-Key\")")]);
    let by = |key: &str| get("/").insert_header(("X-Api-Key", key));
    assert_eq!(world.statuses([by("a"), by("b"), by("a")]).await, [200, 200, 429]);

    let world = World::of(&[("DEFAULT", "1/minute"), ("KEY", "(ip, query(\"id\"))")]);
    assert_eq!(world.statuses([get("/?id=1"), get("/?id=2"), get("/?id=1")]).await, [200, 200, 429]);

    let world = World::of(&[("DEFAULT", "1/minute"), ("KEY", "global")]);
    assert_eq!(world.statuses([from("192.0.2.1:1"), from("192.0.2.2:1")]).await, [200, 429]);
}

/// A program's own key, which the configuration replaces.
struct Nobody;

impl KeyExtractor for Nobody {
    fn extract(&self, _: &actix_web::HttpRequest) -> Option<Key> {
        None
    }
}

#[actix_web::test]
async fn requests_without_the_key_are_counted_by_address_refused_or_let_through() {
    let statuses = async |missing: &str| {
        let builder = Limiter::builder().default_limits("1/minute").key(Nobody);
        World::built(builder, &[("MISSING_KEY", missing)]).gets(2).await
    };
    assert_eq!(statuses("client-address").await, [200, 429]);
    assert_eq!(statuses("client_address").await, [200, 429]);
    assert_eq!(statuses("refuse").await, [429, 429]);
    assert_eq!(statuses("Skip").await, [200, 200]);

    let world = World::built(
        Limiter::builder().key(Nobody),
        &[("KEY", "ip"), ("MISSING_KEY", "skip"), ("DEFAULT", "1/minute")],
    );
    assert_eq!(world.gets(2).await, [200, 429]);
}

#[actix_web::test]
async fn the_prefix_keeps_limiters_apart_in_one_storage() {
    let storage = Shared::default();
    let world = |prefix| {
        let builder = Limiter::builder().storage(storage.clone()).default_limits("1/minute");
        World::built(builder, &[("KEY_PREFIX", prefix)])
    };
    assert_eq!(world("shop").gets(1).await, [200]);
    assert_eq!(world("shop").gets(1).await, [429]);
    assert_eq!(world("blog").gets(1).await, [200]);
    assert_eq!(world("").gets(1).await, [200]);
}

/// By way of a proxy, `client` as the header says.
fn forwarded(header: &str, client: &str) -> TestRequest {
    from("10.0.0.9:1").insert_header((header, client))
}

#[actix_web::test]
async fn proxies_are_trusted_if_named() {
    let both = || [forwarded("X-Forwarded-For", "192.0.2.7"), forwarded("X-Forwarded-For", "192.0.2.8")];
    let world = World::of(&[("DEFAULT", "1/minute")]);
    assert_eq!(world.statuses(both()).await, [200, 429]);
    for proxies in ["10.0.0.0/8", "172.16.0.1, 10.0.0.9,"] {
        let world = World::of(&[("DEFAULT", "1/minute"), ("TRUSTED_PROXIES", proxies)]);
        assert_eq!(world.statuses(both()).await, [200, 200]);
        assert_eq!(world.statuses(both()).await, [429, 429]);
    }
    // None is none: a variable that is there and empty.
    let world = World::of(&[("DEFAULT", "1/minute"), ("TRUSTED_PROXIES", "")]);
    assert_eq!(world.statuses(both()).await, [200, 429]);
}

#[actix_web::test]
async fn one_header_names_the_client() {
    let both = || [forwarded("Forwarded", "for=192.0.2.7"), forwarded("Forwarded", "for=192.0.2.8")];
    for (header, statuses) in [("Forwarded", [200, 200]), ("X-Forwarded-For", [200, 429])] {
        let world = World::of(&[
            ("DEFAULT", "1/minute"),
            ("TRUSTED_PROXIES", "10.0.0.0/8"),
            ("FORWARDED_HEADER", header),
        ]);
        assert_eq!(world.statuses(both()).await, statuses, "{header}");
    }
}

#[actix_web::test]
async fn ipv6_clients_are_told_apart_by_as_many_bits() {
    let both = || [from("[2001:db8::1]:1"), from("[2001:db8::2]:1")];
    let world = World::of(&[("DEFAULT", "1/minute")]);
    assert_eq!(world.statuses(both()).await, [200, 429]);
    let world = World::of(&[("DEFAULT", "1/minute"), ("IPV6_PREFIX", "128")]);
    assert_eq!(world.statuses(both()).await, [200, 200]);
}
