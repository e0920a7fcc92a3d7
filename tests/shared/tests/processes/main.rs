//! One limit over several processes: what they admit together is what one process would, whoever dies meanwhile.

mod fleet;

use std::time::Duration;

use ratelimit_core::Strategy;
use ratelimit_shared_tests::Tally;
use ratelimit_test_servers::{Cluster, Redis};
use tokio::time::{Instant, timeout};

use self::fleet::{Fleet, LIMIT};

/// Nothing here takes more than seconds; what takes so long hangs.
const HANGS: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_over_one_server_admit_exactly_the_limit() {
    let redis = Redis::start();
    admits_exactly_the_limit(&redis.uri()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_processes_over_a_cluster_admit_exactly_the_limit() {
    let cluster = Cluster::start();
    admits_exactly_the_limit(&uri_of(&cluster)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_over_one_server_free_nothing_and_burn_only_what_they_had_in_hand() {
    let redis = Redis::start();
    survives_kills(&redis.uri()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_over_a_cluster_free_nothing_and_burn_only_what_they_had_in_hand() {
    let cluster = Cluster::start();
    survives_kills(&uri_of(&cluster)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_strategy_admits_exactly_the_limit() {
    let (redis, cluster) = (Redis::start(), Cluster::start());
    for uri in [redis.uri(), uri_of(&cluster)] {
        let fleet = Fleet::start(&uri, 2);
        for strategy in Strategy::ALL {
            let path = format!("/{strategy}");
            let start = Instant::now();
            let tally = timeout(HANGS, fleet.ask(&path, 32, 400)).await.expect("no hang");
            // A token flows back every 36 seconds.
            let flowed = if strategy == Strategy::TokenBucket { start.elapsed().as_secs() / 36 } else { 0 };
            assert!((100..=100 + flowed).contains(&tally.admitted), "{strategy} over {uri}: {tally:?}");
            assert_eq!((tally.total(), tally.cut_off, &tally.others[..]), (400, 0, &[][..]), "{strategy}");
        }
    }
}

async fn admits_exactly_the_limit(uri: &str) {
    let fleet = Fleet::start(uri, 4);
    let start = Instant::now();
    let tally = timeout(HANGS, fleet.ask("/thousand", 64, 3_000)).await.expect("no hang");
    let expected = Tally { admitted: LIMIT, refused: 3_000 - LIMIT, ..Tally::default() };
    assert_eq!(tally, expected, "in {:?}", start.elapsed());
    assert_eq!(fleet.used().await, LIMIT);
}

/// Each process is killed in turn, while requests are under way to all of them, and another takes its place.
async fn survives_kills(uri: &str) {
    let mut fleet = Fleet::start(uri, 4);
    let start = Instant::now();
    let tally = timeout(HANGS, fleet.ask_and_kill("/thousand", 64, 3_000)).await.expect("no hang");
    let about = format!("{tally:?} in {:?}", start.elapsed());
    assert_eq!(tally.total(), 3_000, "{about}");
    assert!(tally.others.is_empty(), "{about}");
    assert!(tally.admitted <= LIMIT, "{about}");
    // What a killed process had in hand may have been counted: no more than that is missing.
    assert!(tally.admitted + tally.cut_off >= LIMIT, "{about}");
    assert_eq!(fleet.used().await, LIMIT, "{about}");
}

fn uri_of(cluster: &Cluster) -> String {
    format!("redis+cluster://{}", cluster.addresses().join(","))
}
