//! What callers see when the server is not what it should be, and that all is well when it is again.

mod support;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use ratelimit_core::{Decision, Policy, RateLimiter, StorageError, Strategy};
use ratelimit_postgres::PostgresStorage;
use tokio::time::{sleep, timeout};

use self::support::{Database, alice, daily, runtime};

/// Long for any call, short for a test.
const LONG: Duration = Duration::from_secs(20);

fn limiter_at(address: &str) -> RateLimiter {
    let storage = PostgresStorage::builder(address)
        .remember_refusals(Duration::ZERO)
        .pool_size(2)
        .statement_timeout(Duration::from_secs(1))
        .connect_timeout(Duration::from_secs(2))
        .build();
    RateLimiter::new(storage.expect("right settings"))
}

/// A hit that has to come back, whichever way.
async fn hit(limiter: &RateLimiter, policy: &Policy) -> Result<Decision, StorageError> {
    timeout(LONG, limiter.hit(policy, &alice(), 1)).await.expect("it comes back")
}

/// Hits until one passes.
async fn recovered(limiter: &RateLimiter, policy: &Policy) -> Decision {
    let deadline = Instant::now() + LONG;
    loop {
        match hit(limiter, policy).await {
            Ok(decision) => return decision,
            Err(error) => assert!(error.is_transient() && Instant::now() < deadline, "{error}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn a_killed_server_makes_transient_errors_until_it_is_back() {
    runtime().block_on(async {
        let database = Database::alone().await;
        let (limiter, policy) =
            (limiter_at(&database.address()), daily(Strategy::FixedWindow, 1000, "killed"));
        assert!(recovered(&limiter, &policy).await.is_allowed());

        // Some are on their way when it happens.
        let under_way = join_all((0..50).map(|_| hit(&limiter, &policy)));
        let (answers, ()) = tokio::join!(under_way, async { database.server.kill() });
        let errors = answers.into_iter().filter_map(Result::err);
        errors.for_each(|error| assert!(error.is_transient(), "{error}"));

        for _ in 0..3 {
            let error = hit(&limiter, &policy).await.expect_err("nobody is there");
            assert!(error.is_transient(), "{error}");
        }
        database.server.restart();
        assert!(recovered(&limiter, &policy).await.is_allowed());
    });
}

#[test]
fn a_paused_server_holds_up_nobody_longer_than_they_want_to_wait() {
    runtime().block_on(async {
        let database = Database::alone().await;
        let (limiter, policy) =
            (limiter_at(&database.address()), daily(Strategy::FixedWindow, 1000, "paused"));
        let _ = recovered(&limiter, &policy).await;

        database.server.pause();
        let key = alice();
        let impatient = (0..30).map(|_| timeout(Duration::from_millis(200), limiter.hit(&policy, &key, 1)));
        let start = Instant::now();
        assert!(join_all(impatient).await.iter().all(Result::is_err), "nobody can have answered");
        assert!(start.elapsed() < LONG);
        // Who has no deadline is told in time, too.
        let error = hit(&limiter, &policy).await.expect_err("nobody answers");
        assert!(error.is_transient(), "{error}");
        assert!(error.to_string().contains("took too long"), "{error}");

        database.server.resume();
        let decision = recovered(&limiter, &policy).await;
        // What had been sent may have been charged: one a connection. What had not is given up.
        assert!(decision.remaining() >= 1000 - 2 - 2 - 2, "{decision:?}");
    });
}

/// Replies dropped at any moment leave nothing behind that hinders the next.
#[test]
fn dropped_replies_do_no_harm() {
    runtime().block_on(async {
        let database = Database::new().await;
        let (limiter, policy) =
            (limiter_at(&database.address()), daily(Strategy::MovingWindow, 100_000, "dropped"));
        for micros in 0..200 {
            let (policy, key) = (&policy, alice());
            let hits = join_all((0..10).map(|_| limiter.hit(policy, &key, 1)));
            drop(timeout(Duration::from_micros(micros * 20), hits).await);
        }
        assert!(recovered(&limiter, &policy).await.is_allowed());
        let sessions = "select count(*) from pg_stat_activity where application_name = 'ratelimit'
                        and datname = current_database()";
        assert!(database.number(sessions).await <= 2);
        let broken = "select count(*) from pg_stat_activity where state like 'idle in transaction%'
                      and datname = current_database()";
        assert_eq!(database.number(broken).await, 0);
    });
}

/// A statement that waits for a lock is ended by the server, not left behind there.
#[test]
fn a_counter_that_somebody_holds_is_waited_for_no_longer_than_set() {
    runtime().block_on(async {
        let database = Database::new().await;
        let (limiter, policy) = (limiter_at(&database.address()), daily(Strategy::FixedWindow, 10, "held"));
        let _ = recovered(&limiter, &policy).await;
        let holder = database.connect().await;
        holder.batch_execute("begin; lock table ratelimit_v1.counters").await.expect("right SQL");
        let error = hit(&limiter, &policy).await.expect_err("it is held");
        assert!(error.is_transient(), "{error}");
        assert!(error.to_string().contains("statement timeout"), "{error}");
        holder.batch_execute("commit").await.expect("right SQL");
        assert!(recovered(&limiter, &policy).await.is_allowed());
    });
}

async fn refused(address: &str) -> StorageError {
    hit(&limiter_at(address), &daily(Strategy::FixedWindow, 5, "refused")).await.expect_err("it is wrong")
}

#[test]
fn a_wrong_password_role_or_database_is_permanent_and_named() {
    runtime().block_on(async {
        let database = Database::new().await;
        database.execute("create role guarded login superuser password 'right'").await;
        let address = database.address().replace("admin@", "guarded:WRONG@");
        let error = refused(&address).await;
        assert!(!error.is_transient());
        assert!(error.to_string().contains("password authentication failed for user \"guarded\""), "{error}");
        assert!(!format!("{error:?}").contains("WRONG"), "{error:?}");
        assert!(
            hit(&limiter_at(&address.replace("WRONG", "right")), &daily(Strategy::FixedWindow, 5, ""))
                .await
                .is_ok()
        );

        let error = refused(&database.server.address_of("nobody", &database.name)).await;
        assert!(!error.is_transient());
        assert!(error.to_string().contains("role \"nobody\" does not exist"), "{error}");

        let error = refused(&database.server.address("nowhere")).await;
        assert!(!error.is_transient());
        assert!(error.to_string().contains("database \"nowhere\" does not exist"), "{error}");
    });
}

#[test]
fn nobody_there_is_transient_and_nothing_is_connected_before_the_first_call() {
    runtime().block_on(async {
        let error = refused("postgres://app:secret@127.0.0.1:1/shop").await;
        assert!(error.is_transient());
        assert!(!format!("{error:?}").contains("secret"));
    });
}

/// Dropping a storage waits for nothing, even on a runtime and while it is asked.
#[test]
fn a_storage_can_be_dropped_on_a_runtime() {
    runtime().block_on(async {
        let database = Database::new().await;
        let limiter = limiter_at(&database.address());
        drop(timeout(Duration::from_millis(1), hit(&limiter, &daily(Strategy::FixedWindow, 5, ""))).await);
        drop(limiter);
    });
}
