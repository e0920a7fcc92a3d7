//! The suite that every storage passes, by every way to a server.

use std::{sync::Arc, time::Duration};

use ratelimit_core::{
    ManualClock, Storage, StorageError,
    storage::conformance::{self, Subject, Timing},
};
use ratelimit_redis::{RedisStorage, RedisStorageBuilder};
use ratelimit_test_servers::{Cluster, Redis, Sentinels};

const PATIENCE: Duration = Duration::from_secs(20);

/// What the crate's documentation says is enough.
const RIGHTS: &str = "-@all +eval +evalsha +time +get +set +setrange +type +unlink +del +llen \
                      +lindex +rpush +lset +lrem +ltrim +pexpire +scan +select";

/// A server whose counters go by a clock that is set by hand.
struct Timed<'a> {
    clock: ManualClock,
    builder: &'a dyn Fn() -> RedisStorageBuilder,
    servers: Vec<&'a Redis>,
}

impl Subject for Timed<'_> {
    fn timing(&self) -> Timing {
        // Servers tell microseconds.
        Timing::real(Duration::from_mins(1), Duration::from_micros(1))
    }

    async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(fresh((self.builder)().clock(self.clock.clone()), &self.servers))
    }

    async fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

/// A server whose counters go by its own clock.
struct Real<'a> {
    builder: &'a dyn Fn() -> RedisStorageBuilder,
    servers: Vec<&'a Redis>,
}

impl Subject for Real<'_> {
    fn timing(&self) -> Timing {
        Timing::real(Duration::from_secs(2), Duration::from_millis(100))
    }

    async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
        Ok(fresh((self.builder)(), &self.servers))
    }

    async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

fn fresh(builder: RedisStorageBuilder, servers: &[&Redis]) -> Arc<dyn Storage> {
    for server in servers {
        server.command(&["FLUSHALL"]);
    }
    // For a machine that is very busy.
    let builder = builder.connect_timeout(PATIENCE).response_timeout(PATIENCE);
    Arc::new(builder.build().expect("a good URI"))
}

/// Runs all cases by a clock that is set by hand.
async fn conforms(builder: impl Fn() -> RedisStorageBuilder, servers: Vec<&Redis>) {
    let subject = Timed { clock: ManualClock::new(), builder: &builder, servers };
    all_pass(&conformance::run(&subject).await);
}

fn all_pass(report: &conformance::Report) {
    report.assert();
    assert_eq!(report.passed().len(), 44, "no case is left out");
}

#[tokio::test]
async fn over_tcp() {
    let redis = Redis::start();
    conforms(|| RedisStorage::builder(&redis.uri()), vec![&redis]).await;
}

#[tokio::test]
async fn with_each_request_alone_and_no_refusal_remembered() {
    let redis = Redis::start();
    let builder = || RedisStorage::builder(&redis.uri()).coalesce(1).remember_refusals(Duration::ZERO);
    conforms(builder, vec![&redis]).await;
}

#[tokio::test]
async fn over_a_unix_socket() {
    let redis = Redis::builder().unix_socket().start();
    let uri = format!("redis+unix://{}?db=1", redis.unix_path().display());
    conforms(|| RedisStorage::builder(&uri), vec![&redis]).await;
}

/// In a database that is not the first.
#[tokio::test]
async fn as_a_user_with_few_rights() {
    let rule = format!("shop on >p@ss:w/rd ~ratelimit:* resetchannels {RIGHTS}");
    let redis = Redis::builder().user("default off").user(&rule).start();
    let uri = format!("redis://shop:p%40ss%3Aw%2Frd@127.0.0.1:{}/3", redis.port());
    conforms(|| RedisStorage::builder(&uri), vec![&redis]).await;
    let held: String = redis.query(&["INFO", "keyspace"]);
    assert!(!held.contains("db0"), "{held}");
}

#[tokio::test]
async fn over_tls() {
    let redis = Redis::builder().tls().password("secret").start();
    let builder = || RedisStorage::builder(&redis.tls_uri()).root_certificates(redis.tls().ca_pem());
    conforms(builder, vec![&redis]).await;
}

#[tokio::test]
async fn over_tls_with_a_client_certificate() {
    let redis = Redis::builder().tls_with_client_certificates().start();
    let tls = redis.tls();
    let trusting = || RedisStorage::builder(&redis.tls_uri()).root_certificates(tls.ca_pem());
    let builder = || trusting().client_certificate(tls.client_certificate_pem(), tls.client_key_pem());
    conforms(builder, vec![&redis]).await;
}

#[tokio::test]
async fn behind_sentinels_with_passwords() {
    let sentinels = Sentinels::builder().password("secret").sentinel_password("other").start();
    let uri = format!(
        "redis+sentinel://:secret@{}/{}?sentinel_password=other&db=2",
        sentinels.addresses().join(","),
        sentinels.master_name(),
    );
    conforms(|| RedisStorage::builder(&uri), vec![sentinels.master()]).await;
}

/// It has more to ask than one server.
#[tokio::test]
async fn in_a_cluster_as_a_user_with_few_rights() {
    let cluster = Cluster::builder()
        .config(&format!("user shop on >word ~ratelimit:* {RIGHTS} +cluster|slots +ping"))
        .start();
    let uri = format!("redis+cluster://shop:word@{}", cluster.addresses().join(","));
    conforms(|| RedisStorage::builder(&uri), cluster.nodes().iter().collect()).await;
}

#[tokio::test]
async fn in_a_cluster() {
    let cluster = Cluster::builder().password("secret").start();
    let uri = format!("redis+cluster://:secret@{}", cluster.addresses().join(","));
    conforms(|| RedisStorage::builder(&uri), cluster.nodes().iter().collect()).await;
}

/// By the servers' own clocks, on one server and in a cluster at the same time.
#[tokio::test]
async fn in_real_time() {
    let (redis, cluster) = (Redis::start(), Cluster::start());
    let cluster_uri = format!("redis+cluster://{}", cluster.addresses().join(","));
    let one = || RedisStorage::builder(&redis.uri());
    let many = || RedisStorage::builder(&cluster_uri);
    let one = Real { builder: &one, servers: vec![&redis] };
    let many = Real { builder: &many, servers: cluster.nodes().iter().collect() };
    futures_util::future::join(pass_in_real_time(&one), pass_in_real_time(&many)).await;
}

/// Runs all cases, and those again that failed: the machine may have stood still meanwhile.
async fn pass_in_real_time(subject: &impl Subject) {
    let first = conformance::run(subject).await;
    let failed: Vec<_> = first.failed().iter().map(|(case, _)| *case).collect();
    let again = conformance::run_only(subject, |case| failed.contains(&case)).await;
    again.assert();
    assert_eq!(first.passed().len() + again.passed().len(), 44, "no case is left out");
}
