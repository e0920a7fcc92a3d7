//! The conformance suite, by a clock set by hand and by the server's own.

mod support;

use std::{sync::Arc, time::Duration};

use ratelimit_core::{
    ManualClock, Storage, StorageError,
    storage::conformance::{self, Subject, Timing},
};
use ratelimit_postgres::PostgresStorage;

use self::support::{Database, runtime};

/// One database, emptied for each case.
struct Postgres {
    database: Database,
    clock: Option<ManualClock>,
}

impl Subject for Postgres {
    fn timing(&self) -> Timing {
        let real = Timing::real(Duration::from_millis(1800), Duration::from_millis(90));
        if self.clock.is_some() { Timing::manual() } else { real }
    }

    async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
        let mut builder = PostgresStorage::builder(&self.database.address());
        if let Some(clock) = &self.clock {
            builder = builder.clock(clock.clone());
        }
        let storage = builder.build().expect("right settings");
        storage.prepare().await?;
        self.database.execute("truncate ratelimit_v1.counters, ratelimit_v1.hits").await;
        Ok(Arc::new(storage))
    }

    async fn pass(&self, time: Duration) {
        match &self.clock {
            Some(clock) => clock.advance(time),
            None => tokio::time::sleep(time).await,
        }
    }
}

#[test]
fn postgres_conforms_to_the_nanosecond() {
    runtime().block_on(async {
        let subject = Postgres { database: Database::new().await, clock: Some(ManualClock::new()) };
        let report = conformance::run(&subject).await;
        report.assert();
        assert!(report.passed().len() >= 40, "{report}");
    });
}

#[test]
fn postgres_conforms_by_the_servers_clock() {
    runtime().block_on(async {
        let subject = Postgres { database: Database::new().await, clock: None };
        conformance::run(&subject).await.assert();
    });
}
