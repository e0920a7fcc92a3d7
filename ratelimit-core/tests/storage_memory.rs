//! Memory storage among threads, in floods and over time.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::FutureExt;
use proptest::prelude::*;
use ratelimit_core::{
    Batch, Clock, Decision, Decisions, Key, Limit, ManualClock, MemoryStorage, Policy, Quota, RateLimiter,
    Reset, Storage, Strategy, Timestamp,
};

fn policy(strategy: Strategy, amount: u64, path: &str) -> Policy {
    let limit = Limit::new(amount, Duration::from_mins(1)).expect("a limit");
    Policy::new(Quota::new(limit, strategy), "test", [path])
}

/// A storage, and a limiter over it.
fn memory(max_keys: usize, clock: &ManualClock) -> (Arc<MemoryStorage>, RateLimiter) {
    let storage = Arc::new(MemoryStorage::builder().max_keys(max_keys).clock(clock.clone()).build());
    let limiter = RateLimiter::from(Arc::clone(&storage) as Arc<dyn Storage>);
    (storage, limiter)
}

fn hit(limiter: &RateLimiter, policy: &Policy, key: &Key) -> Decision {
    limiter.hit(policy, key, 1).now_or_never().expect("memory answers at once").expect("memory never fails")
}

fn hit_all(limiter: &RateLimiter, batch: &Batch<'_>) -> Decisions {
    limiter.hit_all(batch).now_or_never().expect("memory answers at once").expect("memory never fails")
}

fn left(limiter: &RateLimiter, policy: &Policy, key: &Key) -> u64 {
    let stats = limiter.stats(policy, key).now_or_never().expect("memory answers at once");
    stats.expect("memory never fails").remaining()
}

/// Runs `work` on eight threads that start together.
fn on_threads(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(thread);
            });
        }
    });
}

#[test]
fn threads_get_exactly_the_amount_of_each_key() {
    let (_, limiter) = memory(1_000_000, &ManualClock::new());
    for strategy in Strategy::ALL {
        let policy = policy(strategy, 50, "counter");
        let admitted: Vec<AtomicU64> = (0..20).map(|_| AtomicU64::new(0)).collect();
        on_threads(|thread| {
            for round in 0..400_usize {
                let name = (round + thread) % admitted.len();
                let decision = hit(&limiter, &policy, &Key::from(name as u64));
                admitted[name].fetch_add(u64::from(decision.is_allowed()), Ordering::Relaxed);
            }
        });
        for each in admitted {
            assert_eq!(each.into_inner(), 50, "{strategy}");
        }
    }
}

/// Batches of two keys in both orders, and of all of them: nobody waits for ever, and what is missing
/// from the counters is exactly what passed.
#[test]
fn overlapping_batches_neither_deadlock_nor_charge_by_halves() {
    const AMOUNT: u64 = 500;
    let (_, limiter) = memory(1_000_000, &ManualClock::new());
    let policy = policy(Strategy::FixedWindow, AMOUNT, "counter");
    let keys: Vec<Key> = (0..6_u64).map(Key::from).collect();
    let charged: Vec<AtomicU64> = keys.iter().map(|_| AtomicU64::new(0)).collect();
    on_threads(|thread| {
        for round in 0..600 {
            let (first, second) = (round % keys.len(), (round + 1 + thread % 5) % keys.len());
            let chosen = match (round + thread) % 3 {
                0 => vec![first, second],
                1 => vec![second, first],
                _ => (0..keys.len()).rev().collect(),
            };
            let mut batch = Batch::new();
            for &index in &chosen {
                // A key chosen twice is in the batch once.
                batch.push(&policy, &keys[index], 1);
            }
            if hit_all(&limiter, &batch).all_allowed() {
                let distinct = chosen.iter().enumerate().filter(|(at, index)| !chosen[..*at].contains(index));
                distinct.for_each(|(_, &index)| {
                    charged[index].fetch_add(1, Ordering::Relaxed);
                });
            }
        }
    });
    let charged: Vec<u64> = charged.into_iter().map(AtomicU64::into_inner).collect();
    let left: Vec<u64> = keys.iter().map(|key| AMOUNT - left(&limiter, &policy, key)).collect();
    assert_eq!(left, charged);
    assert!(charged.contains(&AMOUNT), "the batches met their limit: {charged:?}");
}

/// S16: a flood of new keys does not free a client that is being refused.
#[test]
fn a_refused_client_stays_refused_through_a_flood() {
    let clock = ManualClock::new();
    let (storage, limiter) = memory(100, &clock);
    let policy = policy(Strategy::FixedWindow, 3, "counter");
    let attacker = Key::from("attacker");
    let admitted = (0..10).filter(|_| hit(&limiter, &policy, &attacker).is_allowed()).count();
    assert_eq!(admitted, 3);
    for name in 0..100_000_u64 {
        assert!(hit(&limiter, &policy, &Key::from(name)).is_allowed());
        if name % 1_000 == 0 {
            clock.advance(Duration::from_millis(500));
            assert!(!hit(&limiter, &policy, &attacker).is_allowed(), "free after {name} keys");
        }
        assert!(storage.stats().keys <= 100);
    }
    let stats = storage.stats();
    assert_eq!((stats.keys, stats.evicted_refused), (100, 0));
    clock.advance(Duration::from_secs(10));
    assert!(hit(&limiter, &policy, &attacker).is_allowed(), "refused for no longer than its window");
}

/// When all are being refused, somebody has to go, and the storage says so.
#[test]
fn where_everybody_is_refused_the_storage_still_holds_its_bound() {
    let (storage, limiter) = memory(50, &ManualClock::new());
    let policy = policy(Strategy::FixedWindow, 1, "counter");
    for name in 0..50_u64 {
        for allowed in [true, false] {
            assert_eq!(hit(&limiter, &policy, &Key::from(name)).is_allowed(), allowed);
        }
    }
    assert!(hit(&limiter, &policy, &Key::from("new")).is_allowed());
    let stats = storage.stats();
    assert_eq!((stats.keys, stats.evicted, stats.evicted_refused), (50, 1, 1));
}

#[test]
fn a_flood_never_grows_the_storage_beyond_its_bound() {
    for max_keys in [1, 7, 100, 10_000, 20_000] {
        let (storage, limiter) = memory(max_keys, &ManualClock::new());
        let policy = policy(Strategy::TokenBucket, 3, "counter");
        on_threads(|thread| {
            for name in 0..8_000_u64 {
                let _ = hit(&limiter, &policy, &Key::from(name * 8 + thread as u64));
            }
        });
        let keys = usize::try_from(storage.stats().keys).expect("a small number");
        assert!(keys <= max_keys, "{keys} of {max_keys}");
        assert!(keys * 100 >= max_keys * 95, "{keys} of {max_keys}: the bound is used");
    }
}

/// The limits of one request don't push each other out while anything else can go.
#[test]
fn counters_of_one_batch_keep_each_other() {
    let (_, limiter) = memory(4, &ManualClock::new());
    let policies = ["a", "b", "c", "d"].map(|path| policy(Strategy::FixedWindow, 1_000, path));
    for name in 0..100_u64 {
        let key = Key::from(name);
        let mut batch = Batch::new();
        for policy in &policies {
            batch.push(policy, &key, 1);
        }
        let _ = hit_all(&limiter, &batch);
        for policy in &policies {
            assert_eq!(left(&limiter, policy, &key), 999);
        }
    }
}

/// Idle clients leave while others are served, without a pause or a thread for it.
#[test]
fn expired_counters_leave_while_others_are_hit() {
    let clock = ManualClock::new();
    let (storage, limiter) = memory(1_000_000, &clock);
    let policy = policy(Strategy::FixedWindow, 1_000_000, "counter");
    for name in 0..10_000_u64 {
        let _ = hit(&limiter, &policy, &Key::from(name));
    }
    assert_eq!(storage.stats().keys, 10_000);
    clock.advance(Duration::from_mins(1));
    // Enough busy clients to reach all of the shards.
    for round in 0..400_000_u64 {
        clock.advance(Duration::from_micros(100));
        let before = storage.stats().keys;
        let _ = hit(&limiter, &policy, &Key::from(round % 4_000));
        let after = storage.stats().keys;
        assert!(before <= after + 10, "{} left in one step", before - after);
        if round > 4_000 && after == 4_000 {
            return;
        }
    }
    panic!("{} are still there", storage.stats().keys);
}

#[test]
fn a_client_near_its_limit_outlasts_a_flood_of_newcomers() {
    let (_, limiter) = memory(100, &ManualClock::new());
    let policy = policy(Strategy::FixedWindow, 10, "counter");
    let mut passed = 0;
    for round in 0..6_u64 {
        passed += (0..9).filter(|_| hit(&limiter, &policy, &Key::from("me")).is_allowed()).count();
        for newcomer in 0..300 {
            let _ = hit(&limiter, &policy, &Key::from(round * 300 + newcomer));
        }
    }
    assert_eq!(passed, 10);
}

/// A clock that is read late: what it calls recent was up to 50 ms ago.
#[derive(Clone, Debug)]
struct Lagging(ManualClock, Arc<AtomicU64>);

impl Clock for Lagging {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn recent(&self) -> Timestamp {
        self.now().minus(Duration::from_millis(self.1.load(Ordering::Relaxed)))
    }

    fn unix_time(&self) -> Duration {
        self.0.unix_time()
    }
}

proptest! {
    /// Where the recent time is taken for the exact one, nobody is refused or let pass for it.
    #[test]
    fn a_clock_that_lags_changes_no_verdict(
        amount in 1..8_u64, seventh in any::<bool>(), window in 1..400_u64,
        hits in prop::collection::vec((0..3_u64, 0..60_u64, 0..=50_u64), 1..200),
    ) {
        // Every other limit has a rate that is no whole number of nanoseconds.
        let limit = Limit::new(amount, Duration::from_nanos(window * 1_000_000 + u64::from(seventh))).expect("a window");
        let key = Key::from("alice");
        for strategy in Strategy::ALL {
            let policy = Policy::new(Quota::new(limit, strategy), "test", ["counter"]);
            let clock = Lagging(ManualClock::new(), Arc::default());
            let exact = MemoryStorage::builder().clock(clock.0.clone()).build();
            let lagging = MemoryStorage::builder().clock(clock.clone()).build();
            for (cost, pause, lag) in &hits {
                clock.0.advance(Duration::from_millis(*pause));
                clock.1.store(*lag, Ordering::Relaxed);
                let (exactly, late) = (exact.hit(&policy, &key, *cost), lagging.hit(&policy, &key, *cost));
                prop_assert_eq!(exactly.is_allowed(), late.is_allowed());
                prop_assert_eq!(exactly.retry_after(), late.retry_after());
                if strategy == Strategy::FixedWindow {
                    prop_assert_eq!(exactly.remaining(), late.remaining());
                }
                prop_assert!(late.remaining() <= exactly.remaining());
            }
        }
    }
}

/// A policy of one's own.
fn policy_of(limit: &str, strategy: Strategy, burst: Option<u64>, path: &str) -> Policy {
    let quota = Quota::new(limit.parse().expect("a limit"), strategy);
    let quota = burst.map_or(quota, |burst| quota.with_burst(burst).expect("a burst"));
    Policy::new(quota, "test", [path])
}

#[test]
fn room_for_more_than_there_is_memory_is_not_asked_for_in_vain() {
    let storage = MemoryStorage::builder().max_keys(usize::MAX).build();
    let policy = policy(Strategy::FixedWindow, 1, "counter");
    let allowed: Vec<bool> = (0..2).map(|_| storage.hit(&policy, &Key::from("me"), 1).is_allowed()).collect();
    assert_eq!(allowed, [true, false]);
}

/// Who was refused a moment and is served again is not held for a refused client.
#[test]
fn a_refusal_that_is_over_protects_nobody() {
    let clock = ManualClock::new();
    let storage = MemoryStorage::builder().max_keys(2).clock(clock.clone()).build();
    let bucket = policy_of("10/second", Strategy::TokenBucket, Some(1_000), "bucket");
    let window = policy_of("1/14 seconds", Strategy::FixedWindow, None, "window");
    let [served, refused, new] = ["served", "refused", "new"].map(Key::from);
    let _ = storage.hit(&bucket, &served, 1_000);
    assert!(!storage.hit(&bucket, &served, 1).is_allowed());
    let _ = storage.hit(&window, &refused, 1);
    clock.advance(Duration::from_secs(10));
    assert!(!storage.hit(&window, &refused, 1).is_allowed());
    assert!(storage.hit(&bucket, &served, 1).is_allowed());
    let _ = storage.hit(&window, &new, 1);
    assert_eq!(storage.stats().evicted_refused, 0);
    assert!(!storage.hit(&window, &refused, 1).is_allowed());
}

/// A refund that gives nothing back changes nobody's standing.
#[test]
fn a_refund_that_comes_too_late_leaves_a_client_refused() {
    let clock = ManualClock::new();
    let (storage, limiter) = memory(2, &clock);
    let [first, second] =
        ["first", "second"].map(|path| policy_of("10/minute", Strategy::FixedWindow, None, path));
    let [refused, exhausted, new] = ["refused", "exhausted", "new"].map(Key::from);
    let old = storage.hit(&first, &refused, 1);
    clock.advance(Duration::from_mins(1));
    let _ = storage.hit(&first, &refused, 8);
    let _ = storage.hit(&second, &exhausted, 10);
    assert!(!storage.hit(&first, &refused, 5).is_allowed());
    limiter
        .refund(&first, &refused, 1, old.receipt())
        .now_or_never()
        .expect("memory answers at once")
        .expect("memory never fails");
    let _ = storage.hit(&second, &new, 1);
    assert!(!storage.hit(&first, &refused, 5).is_allowed());
}

#[test]
fn namespaces_are_reset_each_for_itself() {
    let (storage, limiter) = memory(100_000, &ManualClock::new());
    let names: Vec<String> = (0..3_000).map(|number| format!("tenant-{number}")).collect();
    let key = Key::from("alice");
    let quota = Quota::new("1/minute".parse().expect("a limit"), Strategy::FixedWindow);
    for name in &names {
        let _ = storage.hit(&Policy::new(quota, name, ["counter"]), &key, 1);
    }
    for name in &names {
        let forgotten = limiter.reset(Reset::Namespace(name)).now_or_never().expect("memory answers at once");
        assert_eq!(forgotten.expect("memory never fails"), 1, "{name}");
    }
}

/// A window of which all has been given back begins anew at the exact time, be the clock as young as it may.
#[test]
fn an_emptied_window_begins_by_the_exact_clock() {
    let clock = Lagging(ManualClock::new(), Arc::default());
    let storage = Arc::new(MemoryStorage::builder().clock(clock.clone()).build());
    let limiter = RateLimiter::from(Arc::clone(&storage) as Arc<dyn Storage>);
    let policy = policy(Strategy::SlidingWindow, 1, "counter");
    let key = Key::from("alice");
    clock.0.advance(Duration::from_secs(1));
    let first = storage.hit(&policy, &key, 1);
    limiter
        .refund(&policy, &key, 1, first.receipt())
        .now_or_never()
        .expect("memory answers at once")
        .expect("memory never fails");
    clock.0.advance(Duration::from_secs(9));
    clock.1.store(50, Ordering::Relaxed);
    assert!(storage.hit(&policy, &key, 1).is_allowed());
    assert_eq!(storage.hit(&policy, &key, 1).retry_after(), Some(Duration::from_nanos(60_000_000_001)));
}
