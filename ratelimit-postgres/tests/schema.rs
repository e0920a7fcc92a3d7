//! The schema: made by whoever comes first, or by an administrator.

mod support;

use std::{sync::Arc, thread};

use ratelimit_core::{RateLimiter, Strategy};
use ratelimit_postgres::PostgresStorage;

use self::support::{Database, alice, daily, patient, runtime};

#[test]
fn eight_storages_that_start_at_once_install_one_schema() {
    let runtime = runtime();
    let database = Arc::new(runtime.block_on(Database::new()));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let database = Arc::clone(&database);
            thread::spawn(move || {
                let limiter = RateLimiter::new(database.storage());
                let policy = daily(Strategy::FixedWindow, 5, "race");
                support::runtime()
                    .block_on(limiter.hit(&policy, &alice(), 1))
                    .map(|decision| decision.is_allowed())
            })
        })
        .collect();
    let admitted = threads.into_iter().map(|thread| thread.join().expect("no panic").expect("no error"));
    assert_eq!(admitted.filter(|admitted| *admitted).count(), 5);
}

#[test]
fn a_role_that_may_only_use_the_schema_needs_an_administrator_once() {
    runtime().block_on(async {
        let database = Database::new().await;
        database.execute("create role modest login").await;
        let address = database.server.address_of("modest", &database.name);
        let limiter = RateLimiter::new(patient(&address).build().expect("right settings"));
        let policy = daily(Strategy::MovingWindow, 5, "modest");

        let error = limiter.hit(&policy, &alice(), 1).await.expect_err("it may not create schemas");
        assert!(!error.is_transient());
        assert!(error.to_string().contains("run `PostgresStorage::SCHEMA_SQL`"), "{error}");

        database.execute(PostgresStorage::SCHEMA_SQL).await;
        database.execute(PostgresStorage::SCHEMA_SQL).await;
        let error = limiter.hit(&policy, &alice(), 1).await.expect_err("it may not use this one");
        assert!(!error.is_transient());
        assert!(error.to_string().contains("permission denied"), "{error}");

        database.execute("grant usage on schema ratelimit_v1 to modest").await;
        database
            .execute("grant select, insert, update, delete on all tables in schema ratelimit_v1 to modest")
            .await;
        let decision = limiter.hit(&policy, &alice(), 1).await.expect("it may now");
        assert_eq!(decision.remaining(), 4);
    });
}

#[test]
fn a_storage_that_may_not_install_says_what_to_run() {
    runtime().block_on(async {
        let database = Database::new().await;
        let storage = patient(&database.address()).install_schema(false).build();
        let error = storage.expect("right settings").prepare().await.expect_err("there is no schema");
        assert!(!error.is_transient());
        assert!(error.to_string().contains("run `PostgresStorage::SCHEMA_SQL`"), "{error}");
    });
}

#[test]
fn a_schema_that_was_dropped_is_made_again() {
    runtime().block_on(async {
        let database = Database::new().await;
        let limiter = RateLimiter::new(database.storage());
        let policy = daily(Strategy::FixedWindow, 5, "dropped");
        let decision = limiter.hit(&policy, &alice(), 1).await.expect("an answer");
        assert_eq!(decision.remaining(), 4);

        database.execute("drop schema ratelimit_v1 cascade").await;
        let error = limiter.hit(&policy, &alice(), 1).await.expect_err("nothing is there");
        assert!(error.is_transient(), "{error}");
        let decision = limiter.hit(&policy, &alice(), 1).await.expect("it is there again");
        assert_eq!(decision.remaining(), 4);
    });
}

#[test]
fn tables_survive_a_crash_only_if_asked_to() {
    runtime().block_on(async {
        for (logged, kind) in [(false, 'u'), (true, 'p')] {
            let database = Database::new().await;
            let storage = patient(&database.address()).logged(logged).build();
            storage.expect("right settings").prepare().await.expect("it may");
            let of_kind = format!(
                "select count(*) from pg_class where relnamespace = 'ratelimit_v1'::regnamespace
                 and relkind = 'r' and relpersistence = '{kind}'"
            );
            assert_eq!(database.number(&of_kind).await, 2);
        }
    });
}

/// Someone else's functions under our names must not pass for ours.
#[test]
fn functions_that_decide_otherwise_are_found_out() {
    runtime().block_on(async {
        let database = Database::new().await;
        let limiter = RateLimiter::new(database.storage());
        let policy = daily(Strategy::FixedWindow, 1, "lenient");
        let _ = limiter.hit(&policy, &alice(), 1).await.expect("an answer");
        let lenient =
            PostgresStorage::SCHEMA_SQL.replace("s.passes := capacity > 0 and", "s.passes := true or");
        database.execute(&lenient).await;
        let error = limiter.hit(&policy, &alice(), 1).await.expect_err("the core says no, the server yes");
        assert!(!error.is_transient());
        assert!(error.to_string().contains("not those that this version"), "{error}");
    });
}
