//! The settings of a PostgreSQL storage.

use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, Pool, Runtime};
use ratelimit_core::{Clock, storage::RefusalMemory};
use tokio_postgres::{
    Config, NoTls, Socket,
    config::SslMode,
    tls::{MakeTlsConnect, TlsConnect},
};

use crate::{BuildError, PostgresStorage, address, schema::Schema, worker::Worker};

/// How much longer than the server's own timeout an answer is awaited: for the way, and for a first statement's
/// preparations.
const GRACE: Duration = Duration::from_secs(1);

/// Settings of a [`PostgresStorage`]; made by [`PostgresStorage::builder`].
///
/// ```
/// use std::time::Duration;
/// use ratelimit_postgres::PostgresStorage;
///
/// let storage = PostgresStorage::builder("postgres://app:secret@db.example.com/shop")
///     .pool_size(4)
///     .statement_timeout(Duration::from_millis(500))
///     .build()?; // nothing is connected yet
/// # Ok::<(), ratelimit_postgres::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct PostgresStorageBuilder {
    uri: String,
    pool_size: usize,
    statement_timeout: Duration,
    connect_timeout: Duration,
    schema: Schema,
    refusals: Duration,
    manager: Option<MakeManager>,
    clock: Option<Arc<dyn Clock>>,
}

/// Forgets the type of a TLS connector.
type MakeManager = Box<dyn FnOnce(Config) -> Manager + Send>;

impl PostgresStorageBuilder {
    pub(crate) fn new(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            pool_size: 8,
            statement_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(5),
            schema: Schema { install: true, logged: false },
            refusals: Duration::from_secs(1),
            manager: None,
            clock: None,
        }
    }

    /// The most connections of this process, made as they are needed. Default: 8.
    ///
    /// The server's `max_connections` is for all processes together, and 100 unless it was raised.
    pub const fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = connections;
        self
    }

    /// The longest a statement may take, after which the server ends it. Default: 2 seconds.
    pub const fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }

    /// The longest to wait for a free connection, and to make one. Default: 5 seconds.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a refusal is remembered in this process, so that it is repeated without asking the
    /// server: at most as long as the server said, and at most this long. Default: one second; zero
    /// asks the server every time.
    ///
    /// For so long this process may not know that another one has reset a counter or given something
    /// back; what this storage itself does, it knows at once.
    pub const fn remember_refusals(mut self, at_most: Duration) -> Self {
        self.refusals = at_most;
        self
    }

    /// Whether to install the schema if it isn't there. Default: true.
    ///
    /// If the role may not, run [`PostgresStorage::SCHEMA_SQL`] as one that may.
    pub const fn install_schema(mut self, install: bool) -> Self {
        self.schema.install = install;
        self
    }

    /// Whether to make tables that survive a crash of the server and reach its replicas. Default: false.
    ///
    /// Matters when the schema is installed; later it is `alter table ratelimit_v1.counters set logged` and the
    /// same for `ratelimit_v1.hits`.
    pub const fn logged(mut self, logged: bool) -> Self {
        self.schema.logged = logged;
        self
    }

    /// Speaks TLS by `connector`: that of `tokio-postgres-rustls` or `postgres-native-tls`, as you like. Add
    /// `sslmode=require` to the URI, or a server without TLS is talked to in the clear.
    pub fn tls<T>(mut self, connector: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        self.manager = Some(Box::new(move |config| Manager::new(config, connector)));
        self
    }

    /// Counts by this clock instead of the server's, for tests of your own limits.
    #[cfg(feature = "test-util")]
    pub fn clock(self, clock: impl Clock) -> Self {
        self.shared_clock(Arc::new(clock))
    }

    /// The same with a clock that others share.
    #[cfg(feature = "test-util")]
    pub fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The storage. Touches no network; the first call connects.
    ///
    /// # Errors
    /// When the URI can't be read, a setting can't be, or the system gives no thread.
    pub fn build(self) -> Result<PostgresStorage, BuildError> {
        let config = self.config()?;
        let patience = self.statement_timeout + GRACE;
        let target = address::shown(&config);
        let manager = match self.manager {
            Some(make) => make(config),
            None if config.get_ssl_mode() == SslMode::Require => return Err(BuildError::NoTls),
            None => Manager::new(config, NoTls),
        };
        let pool = Pool::builder(manager)
            .max_size(self.pool_size)
            .wait_timeout(Some(self.connect_timeout))
            .create_timeout(Some(self.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| BuildError::Pool(Box::new(error)))?;
        let worker = Worker::start(pool, self.schema, patience).map_err(BuildError::Thread)?;
        let refusals = RefusalMemory::new(self.refusals);
        let refusals = match &self.clock {
            Some(clock) => refusals.with_clock(Arc::clone(clock)),
            None => refusals,
        };
        Ok(PostgresStorage::with(worker, target, self.clock, refusals))
    }

    fn config(&self) -> Result<Config, BuildError> {
        nonzero(
            "a pool size",
            self.pool_size,
            "without connections nothing can be asked; leave it out for 8",
        )?;
        nonzero("a statement timeout", millis(self.statement_timeout), "say at least a millisecond")?;
        nonzero("a connect timeout", millis(self.connect_timeout), "say at least a millisecond")?;
        let mut config = address::read(&self.uri)?;
        address::prepare(&mut config, self.statement_timeout);
        Ok(config)
    }
}

fn nonzero(setting: &'static str, value: usize, way_out: &'static str) -> Result<(), BuildError> {
    NonZeroUsize::new(value).map(drop).ok_or(BuildError::Zero { setting, way_out })
}

fn millis(duration: Duration) -> usize {
    usize::try_from(duration.as_millis()).unwrap_or(usize::MAX)
}

impl fmt::Debug for PostgresStorageBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URI has a password in it.
        f.debug_struct("PostgresStorageBuilder").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}
