//! Where counters are, and what becomes of requests while they can't be reached.

use std::time::Duration;

use ratelimit_actix::{Limiter, OnError};

use crate::{
    storage::{Broken, Shared},
    world::{World, from},
};

/// The statuses of three GETs under 2/minute while the storage fails, where the program says `on_error`.
async fn statuses(on_error: OnError, settings: &[(&str, &str)]) -> Vec<u16> {
    let builder = Limiter::builder().default_limits("2/minute").storage(Broken).on_error(on_error);
    World::built(builder, settings).gets(3).await
}

#[actix_web::test]
async fn what_becomes_of_requests_is_said_in_our_way_or_in_flask_limiters() {
    const FALLBACK: [u16; 3] = [200, 200, 429];
    const OPEN: [u16; 3] = [200, 200, 200];
    const CLOSED: [u16; 3] = [503, 503, 503];
    let table: [(_, &[_], _); 14] = [
        (OnError::Fallback, &[], FALLBACK),
        (OnError::Fallback, &[("ON_ERROR", "open")], OPEN),
        (OnError::Fallback, &[("ON_ERROR", "Closed")], CLOSED),
        (OnError::Open, &[("ON_ERROR", "fallback")], FALLBACK),
        (OnError::Fallback, &[("SWALLOW_ERRORS", "true")], OPEN),
        (OnError::Fallback, &[("SWALLOW_ERRORS", "false")], CLOSED),
        (OnError::Open, &[("IN_MEMORY_FALLBACK_ENABLED", "true")], FALLBACK),
        (OnError::Open, &[("IN_MEMORY_FALLBACK_ENABLED", "false")], CLOSED),
        (OnError::Open, &[("IN_MEMORY_FALLBACK_ENABLED", "true"), ("SWALLOW_ERRORS", "true")], FALLBACK),
        (OnError::Open, &[("SWALLOW_ERRORS", "true"), ("IN_MEMORY_FALLBACK_ENABLED", "true")], FALLBACK),
        (OnError::Open, &[("IN_MEMORY_FALLBACK_ENABLED", "true"), ("SWALLOW_ERRORS", "false")], FALLBACK),
        (OnError::Fallback, &[("IN_MEMORY_FALLBACK_ENABLED", "false"), ("SWALLOW_ERRORS", "true")], OPEN),
        (OnError::Open, &[("IN_MEMORY_FALLBACK_ENABLED", "false"), ("SWALLOW_ERRORS", "false")], CLOSED),
        (OnError::Closed, &[("HEADERS", "none")], CLOSED),
    ];
    for (on_error, settings, expected) in table {
        assert_eq!(statuses(on_error, settings).await, expected, "{on_error:?} {settings:?}");
    }
}

#[actix_web::test]
async fn the_uri_says_where_counters_are() {
    // In place of the storage that the program gave.
    let memory = statuses(OnError::Closed, &[("STORAGE_URI", "memory://")]).await;
    assert_eq!(memory, [200, 200, 429]);
}

#[cfg(feature = "redis")]
#[actix_web::test]
async fn a_server_may_be_absent_at_first() {
    let builder = Limiter::builder().default_limits("2/minute");
    let world = World::built(builder, &[("STORAGE_URI", "redis://127.0.0.1:1"), ("ON_ERROR", "closed")]);
    assert_eq!(world.gets(1).await, [503]);
}

#[actix_web::test]
async fn the_storage_has_as_long_as_the_deadline_says() {
    let slow = |delay| Limiter::builder().default_limits("2/minute").storage(Shared::slow(delay));
    let patient = [("STORAGE_DEADLINE", "1 hour"), ("ON_ERROR", "closed")];
    // Longer than the usual deadline.
    assert_eq!(World::built(slow(Duration::from_millis(300)), &patient).gets(1).await, [200]);
    let impatient = [("STORAGE_DEADLINE", "5ms"), ("ON_ERROR", "closed")];
    assert_eq!(World::built(slow(Duration::from_hours(1)), &impatient).gets(1).await, [503]);
}

#[actix_web::test]
async fn memory_holds_as_many_counters_as_it_is_told() {
    let clients = || ["192.0.2.1:1", "192.0.2.2:1", "192.0.2.1:1"].map(from);
    let limits = ("DEFAULT", "2/minute");
    let world = World::of(&[limits]);
    assert_eq!(world.statuses(clients()).await, [200, 200, 200]);
    assert_eq!(world.statuses([from("192.0.2.1:1")]).await, [429]);
    let world = World::of(&[limits, ("MAX_KEYS", "1")]);
    assert_eq!(world.statuses(clients()).await, [200, 200, 200]);
    // The second client's counter took the place of the first's.
    assert_eq!(world.statuses([from("192.0.2.1:1")]).await, [200]);
}
