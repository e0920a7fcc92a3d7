//! What has expired makes room again; what has not stays.

mod support;

use std::time::Duration;

use ratelimit_core::{Key, ManualClock, Policy, RateLimiter, Storage, Strategy};
use ratelimit_postgres::PostgresStorage;

use self::support::{Database, alice, patient, policy, runtime};

const WINDOW: Duration = Duration::from_mins(1);
const COUNTERS: &str = "select count(*) from ratelimit_v1.counters";
const HITS: &str = "select count(*) from ratelimit_v1.hits";

struct Stage {
    database: Database,
    storage: PostgresStorage,
    clock: ManualClock,
}

impl Stage {
    async fn new() -> Self {
        let (database, clock) = (Database::new().await, ManualClock::new());
        let storage = patient(&database.address()).clock(clock.clone()).build();
        Self { storage: storage.expect("right settings"), database, clock }
    }

    async fn hit(&self, policy: &Policy, key: &Key) -> u64 {
        let batch = ratelimit_core::Batch::of(policy, key, 1);
        self.storage.acquire(&batch).await.expect("an answer")[0].remaining()
    }
}

#[test]
fn a_flood_of_keys_takes_no_more_room_than_its_windows() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        let policy = policy(Strategy::MovingWindow, 5, WINDOW, "flood");
        for wave in 0..5_u64 {
            for number in 0..100 {
                stage.hit(&policy, &Key::from(wave * 100 + number)).await;
            }
            // Rows are kept a window longer than they count, so that most updates needn't touch the index.
            stage.clock.advance(WINDOW * 3);
        }
        assert!(stage.database.number(COUNTERS).await <= 200);
        assert!(stage.database.number(HITS).await <= 200);
        stage.storage.purge_expired().await.expect("an answer");
        assert_eq!(stage.database.number(COUNTERS).await, 0);
        assert_eq!(stage.database.number(HITS).await, 0);
    });
}

#[test]
fn purging_frees_what_has_expired_and_only_that() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        let long = policy(Strategy::FixedWindow, 5, WINDOW * 100, "long");
        let short = policy(Strategy::SlidingWindow, 5, WINDOW, "short");
        for number in 0..600 {
            stage.hit(&short, &Key::from(number)).await;
        }
        stage.hit(&long, &alice()).await;
        stage.clock.advance(WINDOW * 5);
        assert_eq!(stage.storage.purge_expired().await.expect("an answer"), 600);
        assert_eq!(stage.database.number(COUNTERS).await, 1);
        assert_eq!(stage.hit(&long, &alice()).await, 3);
    });
}

/// The log of a busy client holds the hits of its window, and not many more.
#[test]
fn a_log_is_bounded_by_the_amount() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        let policy = policy(Strategy::MovingWindow, 20, WINDOW, "busy");
        for _ in 0..500 {
            stage.hit(&policy, &alice()).await;
            stage.clock.advance(WINDOW / 20);
            assert!(stage.database.number(HITS).await <= 21);
        }
    });
}

/// A log longer than a step frees goes in several, and means nothing meanwhile.
#[test]
fn a_long_log_is_freed_in_steps() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        let policy = policy(Strategy::MovingWindow, 1000, WINDOW, "long");
        for _ in 0..300 {
            stage.hit(&policy, &alice()).await;
            stage.clock.advance(Duration::from_micros(1));
        }
        stage.clock.advance(WINDOW * 3);
        stage.hit(&policy, &Key::from("bob")).await; // frees one step of alice's
        assert_eq!(stage.database.number(HITS).await, 300 - 64 + 1);
        assert_eq!(stage.hit(&policy, &alice()).await, 999);
        stage.clock.advance(WINDOW * 3);
        stage.storage.purge_expired().await.expect("an answer");
        assert_eq!(stage.database.number(HITS).await, 0);
    });
}

/// A clock that is set back doesn't keep anybody waiting longer than before.
#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    runtime().block_on(async {
        let (database, later, earlier) = (Database::new().await, ManualClock::new(), ManualClock::new());
        later.advance(WINDOW * 100);
        let limiter_by = |clock: &ManualClock| {
            let storage = patient(&database.address()).clock(clock.clone()).build();
            RateLimiter::new(storage.expect("right settings"))
        };
        let (before, after) = (limiter_by(&later), limiter_by(&earlier));
        for strategy in Strategy::ALL {
            let policy = policy(strategy, 2, WINDOW, "back");
            assert!(before.hit(&policy, &alice(), 2).await.expect("an answer").is_allowed());
            let refused = after.hit(&policy, &alice(), 2).await.expect("an answer");
            let wait = refused.retry_after().expect("it passes some time");
            assert!(wait <= WINDOW * 2, "{strategy}: {wait:?}");
            earlier.advance(wait);
            assert!(after.hit(&policy, &alice(), 2).await.expect("an answer").is_allowed(), "{strategy}");
        }
    });
}

/// A reset of more counters than a step forgets forgets all, and tells how many.
#[test]
fn a_large_namespace_is_forgotten_step_by_step() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        let policy = policy(Strategy::MovingWindow, 5, WINDOW, "many");
        for number in 0..600 {
            stage.hit(&policy, &Key::from(number)).await;
        }
        let reset = ratelimit_core::Reset::Namespace("tests");
        assert_eq!(stage.storage.reset(reset).await.expect("an answer"), 600);
        assert_eq!(stage.database.number(COUNTERS).await, 0);
        assert_eq!(stage.database.number(HITS).await, 0);
    });
}

/// Nothing that was given as a key or path can be read in the tables.
#[test]
fn keys_and_paths_are_not_kept() {
    runtime().block_on(async {
        let stage = Stage::new().await;
        stage.hit(&policy(Strategy::MovingWindow, 5, WINDOW, "hidden-path"), &Key::from("hidden-key")).await;
        let found =
            "select count(*) from ratelimit_v1.counters c left join ratelimit_v1.hits h using (counter)
                     where concat(c::text, h::text) ~ 'hidden|68696464656e'";
        assert_eq!(stage.database.number(found).await, 0);
    });
}
