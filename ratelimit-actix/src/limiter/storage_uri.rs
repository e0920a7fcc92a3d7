//! Storages by URI.

use std::sync::Arc;

use ratelimit_core::{Clock, Storage};

const EXPECTED: &str = "expected memory://, redis://, rediss://, redis+unix://, redis+sentinel://, redis+cluster:// \
                        or postgres://";

/// Opens the storage that `uri` names, which counts by `clock` if a test gives one; `None` for this
/// process's memory, which the builder makes itself.
///
/// # Errors
/// What is wrong with the URI, which may hold a password and stays out of the message.
pub(super) fn open(uri: &str, clock: Option<&Arc<dyn Clock>>) -> Result<Option<Arc<dyn Storage>>, String> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Err(format!("not a URI; {EXPECTED}"));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "memory" if rest.is_empty() => Ok(None),
        "memory" => Err("memory:// takes nothing after it".to_owned()),
        scheme if is_redis(scheme) => redis(uri, scheme, clock).map(Some),
        scheme @ ("postgres" | "postgresql") => postgres(uri, scheme, clock).map(Some),
        _ => Err(format!("there is no storage for `{scheme}://`; {EXPECTED}")),
    }
}

/// `redis`, `rediss`, `redis+…`, and the same of `valkey`.
fn is_redis(scheme: &str) -> bool {
    let kind = scheme.split('+').next().unwrap_or_default();
    matches!(kind, "redis" | "rediss" | "valkey" | "valkeys")
}

/// Defines how a storage is opened, with its feature and without.
macro_rules! storage {
    ($open:ident, $feature:literal, $storage:path) => {
        #[cfg(feature = $feature)]
        fn $open(uri: &str, _: &str, clock: Option<&Arc<dyn Clock>>) -> Result<Arc<dyn Storage>, String> {
            let builder = <$storage>::builder(uri);
            #[cfg(feature = "test-util")]
            let builder = match clock {
                Some(clock) => builder.shared_clock(Arc::clone(clock)),
                None => builder,
            };
            #[cfg(not(feature = "test-util"))]
            let _ = clock;
            let storage = builder.build().map_err(|error| error.to_string())?;
            Ok(Arc::new(storage))
        }

        #[cfg(not(feature = $feature))]
        fn $open(_: &str, scheme: &str, _: Option<&Arc<dyn Clock>>) -> Result<Arc<dyn Storage>, String> {
            Err(format!("`{scheme}://` needs the feature `{}` of ratelimit-actix", $feature))
        }
    };
}

storage!(redis, "redis", ratelimit_redis::RedisStorage);
storage!(postgres, "postgres", ratelimit_postgres::PostgresStorage);
