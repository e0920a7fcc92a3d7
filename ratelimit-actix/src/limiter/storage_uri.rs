//! Storages by URI.

use std::sync::Arc;

use ratelimit_core::{Clock, Storage};

/// A storage that a URI names; it is opened when the limiter is built, which may have a clock for it.
#[derive(Clone, Debug)]
pub(super) enum Named {
    /// This process's memory, which the builder makes itself.
    Memory,
    /// Redis in any of its forms; the URI has been checked.
    #[cfg(feature = "redis")]
    Redis(String),
    /// A PostgreSQL database; the URI has been checked.
    #[cfg(feature = "postgres")]
    Postgres(String),
}

const EXPECTED: &str = "expected memory://, redis://, rediss://, redis+unix://, redis+sentinel://, redis+cluster:// \
                        or postgres://";

/// Reads a URI.
///
/// # Errors
/// What is wrong with it. The URI itself may hold a password and stays out of the message.
pub(super) fn read(uri: &str) -> Result<Named, String> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Err(format!("not a URI; {EXPECTED}"));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "memory" if rest.is_empty() => Ok(Named::Memory),
        "memory" => Err("memory:// takes nothing after it".to_owned()),
        scheme if is_redis(scheme) => redis(uri, scheme),
        scheme @ ("postgres" | "postgresql") => postgres(uri, scheme),
        _ => Err(format!("there is no storage for `{scheme}://`; {EXPECTED}")),
    }
}

/// `redis`, `rediss`, `redis+…`, and the same of `valkey`.
fn is_redis(scheme: &str) -> bool {
    let kind = scheme.split('+').next().unwrap_or_default();
    matches!(kind, "redis" | "rediss" | "valkey" | "valkeys")
}

#[cfg(feature = "redis")]
fn redis(uri: &str, _: &str) -> Result<Named, String> {
    let checked = ratelimit_redis::RedisStorage::open(uri).map_err(|error| error.to_string());
    checked.map(|_| Named::Redis(uri.to_owned()))
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str, scheme: &str) -> Result<Named, String> {
    Err(format!("`{scheme}://` needs the feature `redis` of ratelimit-actix"))
}

#[cfg(feature = "postgres")]
fn postgres(uri: &str, _: &str) -> Result<Named, String> {
    let checked = ratelimit_postgres::PostgresStorage::open(uri).map_err(|error| error.to_string());
    checked.map(|_| Named::Postgres(uri.to_owned()))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, scheme: &str) -> Result<Named, String> {
    Err(format!("`{scheme}://` needs the feature `postgres` of ratelimit-actix"))
}

impl Named {
    /// Opens the storage, which counts by `clock` if a test gives one; `None` for memory.
    ///
    /// # Errors
    /// None but what [`read`] has found already.
    pub(super) fn open(&self, clock: Option<&Arc<dyn Clock>>) -> Option<Result<Arc<dyn Storage>, String>> {
        let _ = clock;
        match self {
            Self::Memory => None,
            #[cfg(feature = "redis")]
            Self::Redis(uri) => {
                let builder = ratelimit_redis::RedisStorage::builder(uri);
                #[cfg(feature = "test-util")]
                let builder = match clock {
                    Some(clock) => builder.shared_clock(Arc::clone(clock)),
                    None => builder,
                };
                let storage = builder.build().map_err(|error| error.to_string());
                Some(storage.map(|storage| Arc::new(storage) as Arc<dyn Storage>))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(uri) => {
                let builder = ratelimit_postgres::PostgresStorage::builder(uri);
                #[cfg(feature = "test-util")]
                let builder = match clock {
                    Some(clock) => builder.shared_clock(Arc::clone(clock)),
                    None => builder,
                };
                let storage = builder.build().map_err(|error| error.to_string());
                Some(storage.map(|storage| Arc::new(storage) as Arc<dyn Storage>))
            }
        }
    }
}
