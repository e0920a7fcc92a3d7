//! Talks with the database on a thread of its own.
//!
//! A connection lives on the runtime that made it and ends with it, and every worker of an Actix server is a
//! runtime. So the connections have one of their own, which ends with the storage: callers from any runtime, or
//! none, share one pool, whose size is what the database sees of a process. The way to the thread and back is some
//! microseconds beside a network's hundreds.
//!
//! It also makes it harmless to drop a reply. What waits for a connection is given up; what has been sent is
//! awaited by the thread, so that no half-done exchange is left on a connection, and there are never more statements
//! under way than the pool has connections.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::{Client, Object, Pool};
use ratelimit_core::StorageError;
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
    time::timeout,
};
use tokio_postgres::{Row, types::ToSql};

use crate::{error, schema::Schema};

/// Values of a statement, owned, since the statement may outlive the call.
pub(crate) type Parameters = Vec<Box<dyn ToSql + Sync + Send>>;

/// The thread and what it works with.
pub(crate) struct Worker {
    /// Only `None` while dropped.
    runtime: Option<Runtime>,
    desk: Arc<Desk>,
}

/// What the statements under way share.
struct Desk {
    pool: Pool,
    schema: Schema,
    /// Whether the schema was seen to be there.
    ready: AtomicBool,
    patience: Duration,
}

impl Worker {
    /// Starts the thread; touches no network.
    ///
    /// `patience` is how long a statement may take before its connection is given up: longer than the server's own
    /// timeout for it, so it is reached only if the server is silent.
    pub(crate) fn start(pool: Pool, schema: Schema, patience: Duration) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("ratelimit-postgres")
            .enable_all()
            .build()?;
        let desk = Desk { pool, schema, ready: AtomicBool::new(false), patience };
        Ok(Self { runtime: Some(runtime), desk: Arc::new(desk) })
    }

    /// Runs one statement and answers its rows.
    pub(crate) async fn query(
        &self,
        sql: &'static str,
        parameters: Parameters,
    ) -> Result<Vec<Row>, StorageError> {
        let (reply, answer) = oneshot::channel();
        let desk = Arc::clone(&self.desk);
        if let Some(runtime) = &self.runtime {
            runtime.spawn(async move { desk.serve(sql, parameters, reply).await });
        }
        let gone =
            |_| StorageError::transient("the thread that talks with the database gave the statement up");
        answer.await.map_err(gone)?
    }
}

impl Desk {
    async fn serve(
        &self,
        sql: &'static str,
        parameters: Parameters,
        mut reply: oneshot::Sender<Result<Vec<Row>, StorageError>>,
    ) {
        let connection = tokio::select! {
            biased;
            () = reply.closed() => return, // the caller has stopped waiting, and nothing has been asked yet
            connection = self.pool.get() => connection,
        };
        let answer = match connection {
            Ok(client) => self.ask(client, sql, &parameters).await,
            Err(error) => Err(error::of_pool(error)),
        };
        drop(reply.send(answer)); // an error if nobody waits for it any more
    }

    /// Asks over a connection, which goes back to the pool if the server answers in time.
    async fn ask(
        &self,
        mut client: Client,
        sql: &str,
        parameters: &Parameters,
    ) -> Result<Vec<Row>, StorageError> {
        if let Ok(answer) = timeout(self.patience, self.exchange(&mut client, sql, parameters)).await {
            return answer;
        }
        drop(Object::take(client));
        Err(StorageError::transient("the database took too long: no answer in time"))
    }

    async fn exchange(
        &self,
        client: &mut Client,
        sql: &str,
        parameters: &Parameters,
    ) -> Result<Vec<Row>, StorageError> {
        if !self.ready.load(Ordering::Relaxed) {
            self.schema.ensure(client).await?;
            self.ready.store(true, Ordering::Relaxed);
        }
        let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| &**value as _).collect();
        let rows = match client.prepare_cached(sql).await {
            Ok(statement) => client.query(&statement, &parameters).await,
            Err(error) => Err(error),
        };
        rows.map_err(|error| {
            if error::is_schema_missing(&error) {
                self.ready.store(false, Ordering::Relaxed);
                return StorageError::transient(
                    "the schema has gone from the database; it will be looked for again",
                )
                .with_source(error);
            }
            error::of_server("the database refused", error)
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The plain way waits for the thread, which a caller's runtime must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("pool", &self.desk.pool.status()).finish_non_exhaustive()
    }
}
