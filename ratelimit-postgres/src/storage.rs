//! The storage.

use std::{fmt, sync::Arc};

use ratelimit_core::{
    Batch, Clock, Decisions, Refund, Reply, Reset, Storage, StorageError, storage::RefusalMemory,
};
use scopeguard::defer;

use crate::{
    BuildError, PostgresStorageBuilder,
    digest::Digest,
    request::{columns, refund_columns, time},
    schema, standing,
    worker::{Parameters, Worker},
};

const ACQUIRE: &str = "select * from ratelimit_v1.acquire($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const PEEK: &str = "select * from ratelimit_v1.peek($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const REFUND: &str = "select ratelimit_v1.refund($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)::text";
const FORGET: &str = "select ratelimit_v1.forget($1, $2, $3, $4)";
const FORGET_SOME: &str =
    "select forgotten, next_owner, next_counter from ratelimit_v1.forget_some($1, $2, $3, $4, $5, $6)";
const SWEEP: &str = "select ratelimit_v1.sweep($1, $2)";

/// How many counters one statement forgets or frees: it holds as many locks, of which the server has a few thousand.
const STEP: i32 = 256;

/// A storage in a PostgreSQL database, shared by all processes that use the database.
///
/// The [crate's documentation](crate) says when to choose it and how it behaves.
///
/// ```no_run
/// use ratelimit_core::{Key, Policy, Quota, RateLimiter, Strategy};
/// use ratelimit_postgres::PostgresStorage;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = RateLimiter::new(PostgresStorage::open("postgres://app:secret@localhost/shop")?);
/// let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "shop", ["login"]);
/// let decision = limiter.hit(&policy, &Key::from("alice"), 1).await?;
/// # Ok(())
/// # }
/// ```
pub struct PostgresStorage {
    worker: Worker,
    /// The URI without its secrets.
    target: String,
    /// Stands in for the server's.
    clock: Option<Arc<dyn Clock>>,
    refusals: RefusalMemory,
}

impl PostgresStorage {
    /// What the storage installs: the schema `ratelimit_v1` with its tables and functions.
    ///
    /// Run it yourself if the application's role may not create schemas; then
    ///
    /// ```sql
    /// grant usage on schema ratelimit_v1 to app;
    /// grant select, insert, update, delete on all tables in schema ratelimit_v1 to app;
    /// ```
    ///
    /// Running it again, or while it is used, does no harm.
    pub const SCHEMA_SQL: &str = schema::SQL;

    /// The storage in the database at `uri`, as in `postgres://user:password@host:port/database`, with the settings
    /// that [`builder`](Self::builder) starts from.
    ///
    /// # Errors
    /// When the URI can't be read. Whether the database is there shows at the first call.
    pub fn open(uri: &str) -> Result<Self, BuildError> {
        Self::builder(uri).build()
    }

    /// Settings for a storage at `uri`.
    pub fn builder(uri: &str) -> PostgresStorageBuilder {
        PostgresStorageBuilder::new(uri)
    }

    pub(crate) fn with(
        worker: Worker,
        target: String,
        clock: Option<Arc<dyn Clock>>,
        refusals: RefusalMemory,
    ) -> Self {
        Self { worker, target, clock, refusals }
    }

    /// Connects and installs the schema if it isn't there, as the first call would: to find mistakes at start.
    pub async fn prepare(&self) -> Result<(), StorageError> {
        self.worker.query("select", Parameters::new()).await.map(drop)
    }

    /// Frees all counters that have expired; answers how many.
    ///
    /// There is no need to call it: each new counter frees up to four that have expired. It gives room back sooner
    /// after a flood of keys.
    pub async fn purge_expired(&self) -> Result<u64, StorageError> {
        let mut purged = 0;
        loop {
            let rows = self.worker.query(SWEEP, vec![Box::new(STEP), self.time()]).await?;
            match rows.first().map_or(Ok(0), |row| row.try_get::<_, i32>(0)).map_err(unreadable)? {
                0 => return Ok(purged),
                freed => purged += u64::from(freed.unsigned_abs()),
            }
        }
    }

    async fn reset_counter(
        &self,
        owner: Digest,
        counter: Digest,
        namespace: Digest,
    ) -> Result<u64, StorageError> {
        let parameters: Parameters =
            vec![Box::new(vec![owner]), Box::new(vec![counter]), Box::new(namespace), self.time()];
        let rows = self.worker.query(FORGET, parameters).await?;
        let forgotten = rows.first().map_or(Ok(0), |row| row.try_get::<_, i64>(0)).map_err(unreadable)?;
        Ok(forgotten.unsigned_abs())
    }

    /// Forgets the counters of a range of owners, step by step, so that it never holds up the others for long.
    async fn reset_range(&self, namespace: Digest, first: Digest, last: Digest) -> Result<u64, StorageError> {
        let (mut forgotten, mut from) = (0, (first, Digest::FIRST));
        loop {
            let parameters: Parameters = vec![
                Box::new(namespace),
                Box::new(from.0),
                Box::new(from.1),
                Box::new(last),
                Box::new(STEP),
                self.time(),
            ];
            let rows = self.worker.query(FORGET_SOME, parameters).await?;
            let Some(row) = rows.first() else { return Ok(forgotten) };
            forgotten += row.try_get::<_, i64>(0).map_err(unreadable)?.unsigned_abs();
            let next = (row.try_get(1).map_err(unreadable)?, row.try_get(2).map_err(unreadable)?);
            let (Some(owner), Some(counter)) = next else { return Ok(forgotten) };
            from = (owner, counter);
        }
    }

    fn time(&self) -> Box<dyn tokio_postgres::types::ToSql + Sync + Send> {
        time(self.clock.as_ref())
    }

    fn ask<'a>(&'a self, sql: &'static str, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        if batch.is_empty() {
            return Reply::ready(Decisions::default());
        }
        if let Some(decisions) = self.refusals.recall(batch) {
            return Reply::ready(decisions);
        }
        Reply::later(async move {
            let asked = self.refusals.ask();
            let mut parameters = columns(batch.iter());
            parameters.push(self.time());
            let decisions = standing::decide(batch, &self.worker.query(sql, parameters).await?)?;
            self.refusals.note(batch, &decisions, asked);
            Ok(decisions)
        })
    }
}

impl Storage for PostgresStorage {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(ACQUIRE, batch)
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(PEEK, batch)
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        if refunds.iter().all(|refund| refund.acquisition.cost == 0) {
            return Reply::ready(());
        }
        Reply::later(async move {
            let mut parameters = refund_columns(refunds);
            parameters.push(self.time());
            // After the server has given back: what is remembered until then is true. Or when the caller stops
            // waiting, as the server may do it nonetheless.
            defer!(for refund in refunds {
                self.refusals.forget(refund.acquisition.policy, refund.acquisition.key);
            });
            self.worker.query(REFUND, parameters).await.map(drop)
        })
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        Reply::later(async move {
            // After the server has forgotten, as above.
            defer!(self.refusals.clear());
            match target {
                Reset::Counter { policy, key } => {
                    let namespace = Digest::of_namespace(policy.namespace());
                    self.reset_counter(Digest::of_key(key), Digest::of_counter(policy, key), namespace).await
                }
                Reset::Key { namespace, key } => {
                    let owner = Digest::of_key(key);
                    self.reset_range(Digest::of_namespace(namespace), owner, owner).await
                }
                Reset::Namespace(namespace) => {
                    self.reset_range(Digest::of_namespace(namespace), Digest::FIRST, Digest::LAST).await
                }
                _ => Err(StorageError::permanent("ratelimit-postgres doesn't know this kind of reset")),
            }
        })
    }
}

fn unreadable(error: tokio_postgres::Error) -> StorageError {
    StorageError::permanent("can't read the database's answer").with_source(error)
}

impl fmt::Debug for PostgresStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStorage")
            .field("target", &self.target)
            .field("worker", &self.worker)
            .finish_non_exhaustive()
    }
}
