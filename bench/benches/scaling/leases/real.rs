//! The same processes over a real server, so that the simulation is of what would be.

use std::{sync::Arc, time::Duration};

use ratelimit_core::{Clock, Key, Limit, ManualClock, Policy, Quota, Storage, Strategy, SystemClock};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::{
    books::Outcome,
    case::MINUTE,
    lessee::Lessee,
    tally::Tally,
    terms::Terms,
    traces::{Demand, Shape},
    world,
};
use crate::{load::storages, report::Report, spent::Spent};

const PROCESSES: u16 = 8;
const BATCH: u64 = 100;
const AMOUNT: u64 = 10_000;
/// Of each process.
const REQUESTS: u64 = 2_000;

#[derive(Serialize)]
struct Figures {
    played_in_both: Vec<Outcome>,
    at_once: Tally,
}

pub fn measure(report: &mut Report, runtime: &Runtime) {
    let redis = Redis::start();
    let strategies = [Strategy::FixedWindow, Strategy::TokenBucket];
    let played_in_both = strategies.map(|strategy| played_in_both(runtime, &redis, strategy)).to_vec();
    let at_once = at_once(runtime, &redis);
    report.say(&format!(
        "#### On a real server\n\nThe same processes over `RedisStorage` on a real server, three windows of bursts in \
         batches of 10, idle leases given back, on a clock that is set: the same {} and {} requests admitted by the \
         same {} and {} calls as in the simulation, for both strategies. And in real time, {PROCESSES} processes at \
         once, each with {REQUESTS} requests for one key of {AMOUNT} an hour, in batches of {BATCH}: {} admitted by {} \
         calls, which are {:.3} a request.",
        played_in_both[0].admitted,
        played_in_both[1].admitted,
        played_in_both[0].tally.calls,
        played_in_both[1].tally.calls,
        at_once.used,
        at_once.calls,
        at_once.calls as f64 / (u64::from(PROCESSES) * REQUESTS) as f64,
    ));
    report.figures("leases_real", &Figures { played_in_both, at_once });
}

/// One trace in memory and on the server, which must come to the same.
fn played_in_both(runtime: &Runtime, redis: &Redis, strategy: Strategy) -> Outcome {
    let demand = Demand {
        shape: Shape::Bursts,
        processes: 4,
        amount: 1_000,
        window_micros: MINUTE,
        load: 1.2,
        windows: 3,
    };
    let terms = Terms { gives_back: Some(Duration::from_secs(1)), ..Terms::plain(10) };
    let (trace, policy) = (demand.trace(), world::policy(strategy, &demand));
    let simulated = world::simulate(strategy, terms, &demand, &trace);
    let clock = ManualClock::at(Duration::ZERO);
    let builder = RedisStorage::builder(&redis.uri()).clock(clock.clone()).remember_refusals(Duration::ZERO);
    let storage: Arc<dyn Storage> = Arc::new(builder.build().expect("a server's address"));
    let real = runtime.block_on(world::play((storage, clock), &policy, terms, &demand, &trace));
    assert_eq!(real, simulated, "{strategy}");
    real
}

/// Processes that ask at the same time; tells what all of them did.
fn at_once(runtime: &Runtime, redis: &Redis) -> Tally {
    redis.command(&["FLUSHALL"]);
    let limit = Limit::new(AMOUNT, Duration::from_hours(1)).expect("a window");
    let policy = Policy::new(Quota::new(limit, Strategy::FixedWindow), "bench", ["at once"]);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let before = Spent::of(redis);
    let tasks: Vec<_> = storages(&redis.uri(), usize::from(PROCESSES), 64)
        .into_iter()
        .map(|storage| {
            let terms = Terms::plain(BATCH);
            let lessee = Lessee::new(Arc::new(storage), Arc::clone(&clock), policy.clone(), terms);
            runtime.spawn(process(lessee))
        })
        .collect();
    let tallies = tasks.into_iter().map(|task| runtime.block_on(task).expect("a process that doesn't fail"));
    let tally = tallies.fold(Tally::default(), Tally::plus);
    let unused = u64::from(PROCESSES) * (BATCH - 1);
    assert!(
        (AMOUNT - unused..=AMOUNT).contains(&tally.used),
        "no more, and what leases hold less: {tally:?}"
    );
    // Each connection may have had to bring the script along.
    let calls = Spent::of(redis).since(before).calls as u64;
    assert!((tally.calls..=tally.calls + u64::from(PROCESSES)).contains(&calls), "{calls} calls: {tally:?}");
    tally
}

async fn process(mut lessee: Lessee) -> Tally {
    let key = Key::from("everybody");
    for _ in 0..REQUESTS {
        lessee.acquire(0, &key).await.expect("a server that runs");
        tokio::task::yield_now().await;
    }
    lessee.tally
}
