//! What can go wrong, and whether asking again may help.

use std::{error::Error, io};

use deadpool_postgres::PoolError;
use ratelimit_core::StorageError;
use tokio_postgres::error::SqlState;

/// Why a storage could not be built.
///
/// It never shows the password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The URI is not one of a PostgreSQL database.
    #[error(
        "the database's URI can't be read: {reason}; expected `postgres://user:password@host:port/database`"
    )]
    Uri {
        /// What is wrong with it.
        reason: String,
    },
    /// The URI asks for TLS, and there is nothing to speak it with.
    #[error(
        "the database's URI has sslmode=require, which needs a TLS connector: give one to `PostgresStorageBuilder::tls`"
    )]
    NoTls,
    /// A setting that can't be.
    #[error("{setting} of 0: {way_out}")]
    Zero {
        /// Which one.
        setting: &'static str,
        /// What to do instead.
        way_out: &'static str,
    },
    /// The pool of connections can't be as it was set.
    #[error("can't make the pool of connections")]
    Pool(#[source] Box<dyn Error + Send + Sync>),
    /// The system gave no thread to talk with the database on.
    #[error("can't start the thread that talks with the database")]
    Thread(#[source] io::Error),
}

/// The storage's error for one of the connection pool's.
pub(crate) fn of_pool(error: PoolError) -> StorageError {
    match error {
        PoolError::Backend(error) => of_server("can't connect to the database", error),
        PoolError::Timeout(which) => StorageError::transient(format!(
            "the database took too long: no connection in time ({which:?}); all may be busy"
        )),
        other => StorageError::transient("can't get a connection to the database").with_source(other),
    }
}

/// The storage's error for one of the server's, or of the way to it.
pub(crate) fn of_server(what: &str, error: tokio_postgres::Error) -> StorageError {
    let message = match error.as_db_error() {
        Some(said) => format!("{what}: {} ({})", said.message(), said.code().code()),
        None => what.to_owned(),
    };
    let new = if is_transient(&error) { StorageError::transient } else { StorageError::permanent };
    new(message).with_source(error)
}

/// Whether the schema is not there, or not as it should be: it was dropped, or the database exchanged.
pub(crate) fn is_schema_missing(error: &tokio_postgres::Error) -> bool {
    let missing = [SqlState::INVALID_SCHEMA_NAME, SqlState::UNDEFINED_FUNCTION, SqlState::UNDEFINED_TABLE];
    error.code().is_some_and(|code| missing.contains(code))
}

fn is_transient(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        // Connections lost, transactions lost, no room, intervention by an operator, the system: classes of
        // conditions that pass. A standby that is still read-only, and a lock not had in time, do as well.
        Some(code) => {
            let passing = ["08", "40", "53", "57", "58"].iter().any(|class| code.code().starts_with(class));
            passing || [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::LOCK_NOT_AVAILABLE].contains(code)
        }
        None => error.is_closed() || is_io(error),
    }
}

/// Whether the network is to blame; a certificate that doesn't fit is no matter of time.
fn is_io(error: &(dyn Error + 'static)) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return error.kind() != io::ErrorKind::InvalidData;
        }
        source = error.source();
    }
    false
}
