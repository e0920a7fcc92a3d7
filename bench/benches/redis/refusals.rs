//! Refusals that are repeated from this process's memory, beside those of the memory storage.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use bench::{Fragment, Table, median, median_ratio};
use ratelimit_core::{Acquisition, Batch, Key, MemoryStorage, Policy, Quota, Storage, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::Redis;
use tokio::runtime::Runtime;

const ROUNDS: usize = 15;
const REFUSALS: u32 = 200_000;

pub fn measure(redis: &Redis, runtime: &Runtime, fragment: &mut Fragment) {
    let quota = Quota::new("1/day".parse().expect("a limit"), Strategy::FixedWindow);
    let policy = Policy::new(quota, "bench", ["refused"]);
    let long = Duration::from_hours(1);
    let remote = RedisStorage::builder(&redis.uri()).remember_refusals(long).build().expect("an address");
    let memory = MemoryStorage::new();
    let key = Key::from(CLIENT);
    let batch = Batch::of(&policy, &key, 1);
    runtime.block_on(async {
        for turn in 0..2 {
            let remote = remote.acquire(&batch).await.expect("a server that runs");
            let memory = memory.acquire(&batch).await.expect("memory doesn't fail");
            assert_eq!((remote.all_allowed(), memory.all_allowed()), (turn == 0, turn == 0));
        }
    });
    let (mut remotes, mut memories) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        remotes.push(nanos_a_refusal(&remote, &policy));
        memories.push(nanos_a_refusal(&memory, &policy));
    }
    let mut table = Table::new(["a refused key", "ns a refusal", "× memory"]);
    let ratio = median_ratio(&remotes, &memories);
    table.row(["memory storage".to_owned(), format!("{:.0}", median(memories)), "1.00".to_owned()]);
    let remote =
        ["Redis, by its refusal memory".to_owned(), format!("{:.0}", median(remotes)), format!("{ratio:.2}")];
    table.row(remote);
    fragment.table(&table);
}

const CLIENT: &str = "client-00000000000000";

fn nanos_a_refusal(storage: &impl Storage, policy: &Policy) -> f64 {
    let began = Instant::now();
    for _ in 0..REFUSALS {
        let key = Key::from(black_box(CLIENT));
        let answer = storage.acquire_one(&Acquisition { policy, key: &key, cost: 1 }).now();
        assert!(matches!(answer, Ok(Ok(decision)) if !decision.is_allowed()), "not refused at once");
    }
    began.elapsed().as_nanos() as f64 / f64::from(REFUSALS)
}
