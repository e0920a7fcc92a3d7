//! Measures how many hits a second a database serves: one key that everybody wants, and many keys.
//!
//! ```sh
//! cargo run --release -p ratelimit-postgres --example throughput postgres://user@localhost/database
//! ```

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ratelimit_core::{Batch, Key, Policy, Quota, Reset, Storage, Strategy};
use ratelimit_postgres::PostgresStorage;

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(4);

/// How many callers wait for an answer at any time, and over how many connections.
const CALLERS: u64 = 32;
const CONNECTIONS: usize = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).ok_or("say the database: postgres://user:password@host/database")?;
    let storage = Arc::new(PostgresStorage::builder(&address).pool_size(CONNECTIONS).build()?);
    println!(
        "{CALLERS} callers, {CONNECTIONS} connections; hits a second, and the mean wait of one caller alone"
    );
    for strategy in Strategy::ALL {
        for (what, keys, amount) in [
            ("one key, passing", 1, 1_000_000_000),
            ("one key, refused", 1, 1),
            ("100,000 keys", 100_000, 1_000_000_000),
        ] {
            let policy = Arc::new(Policy::new(
                Quota::new(format!("{amount}/hour").parse()?, strategy),
                "throughput",
                [what],
            ));
            let rate = many(&storage, &policy, keys).await?;
            let alone = alone(&storage, &policy, keys).await?;
            println!("{:>14}  {what:<17} {rate:>7.0}/s  {alone:?}", strategy.name());
        }
    }
    storage.reset(Reset::Namespace("throughput")).await?;
    Ok(())
}

async fn many(
    storage: &Arc<PostgresStorage>,
    policy: &Arc<Policy>,
    keys: u64,
) -> Result<f64, Box<dyn Error>> {
    let hits = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (storage, policy, hits) = (Arc::clone(storage), Arc::clone(policy), Arc::clone(&hits));
            tokio::spawn(async move {
                let mut number = caller;
                while start.elapsed() < SPAN {
                    number = number
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    hit(&storage, &policy, (number >> 33) % keys).await?;
                    hits.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, ratelimit_core::StorageError>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    Ok(hits.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}

async fn alone(storage: &PostgresStorage, policy: &Policy, keys: u64) -> Result<Duration, Box<dyn Error>> {
    const HITS: u32 = 1000;
    let start = Instant::now();
    for number in 0..HITS {
        hit(storage, policy, u64::from(number) % keys).await?;
    }
    Ok(start.elapsed() / HITS)
}

async fn hit(
    storage: &PostgresStorage,
    policy: &Policy,
    key: u64,
) -> Result<(), ratelimit_core::StorageError> {
    storage.acquire(&Batch::of(policy, &Key::from(key), 1)).await.map(drop)
}
