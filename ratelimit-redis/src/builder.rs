//! Settings of the storage.

use std::{fmt, time::Duration};

#[cfg(feature = "test-util")]
use ratelimit_core::Clock;
use ratelimit_core::storage::RefusalMemory;

use crate::{
    BuildError, RedisStorage,
    connection::{Lanes, Timeouts, Tls, topology},
    layout::Layout,
    storage::Shared,
    uri,
};

/// Settings of a [`RedisStorage`]; made by [`RedisStorage::builder`].
///
/// ```
/// use std::time::Duration;
/// use ratelimit_redis::RedisStorage;
///
/// let storage = RedisStorage::builder("redis+sentinel://10.0.0.1,10.0.0.2,10.0.0.3/mymaster")
///     .response_timeout(Duration::from_millis(300))
///     .remember_refusals(Duration::from_secs(5))
///     .build()?;
///
/// let error = RedisStorage::open("redis://:secret@host/zero").unwrap_err();
/// assert!(error.to_string().contains("`zero` is not a database number"));
/// assert!(!error.to_string().contains("secret"));
/// # Ok::<(), ratelimit_redis::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct RedisStorageBuilder {
    uri: String,
    timeouts: Timeouts,
    tls: Tls,
    refusals: Duration,
    coalesce: usize,
    #[cfg(feature = "test-util")]
    clock: Option<std::sync::Arc<dyn Clock>>,
}

impl RedisStorageBuilder {
    pub(crate) fn new(uri: &str) -> Self {
        Self {
            uri: uri.to_owned(),
            timeouts: Timeouts { connect: Duration::from_secs(1), response: Duration::from_millis(500) },
            tls: Tls::default(),
            refusals: Duration::from_secs(1),
            coalesce: 64,
            #[cfg(feature = "test-util")]
            clock: None,
        }
    }

    /// How long a connection may take to be made. Default: one second. In a cluster each node may take a third of it.
    ///
    /// It is no deadline of requests, which their callers set; it says when to try another time.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = timeout;
        self
    }

    /// How long a connection may owe an answer before it is given up for another one, by which a server
    /// that stands still, or a master that was replaced without a word, is left. Default: 500 ms.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// How long a refusal is remembered in this process, so that it is repeated without asking the
    /// server: at most as long as the server said, and at most this long. Default: one second; zero asks
    /// the server every time.
    ///
    /// For so long this process may not know that another one has reset a counter or given something
    /// back; what this storage itself does, it knows at once.
    pub fn remember_refusals(mut self, at_most: Duration) -> Self {
        self.refusals = at_most;
        self
    }

    /// How many requests that ask at the same time may share one call to the server. Default: 64, and
    /// 255 at most; 1 sends each alone. Where no call is under way, 16 and more go in two.
    /// In a cluster each goes alone, as their keys are on different servers.
    pub fn coalesce(mut self, at_most: usize) -> Self {
        self.coalesce = at_most;
        self
    }

    /// The authorities to trust instead of the system's, as PEM, for `rediss://` and its kin.
    #[cfg(feature = "tls")]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.roots = Some(pem.into());
        self
    }

    /// What to show to servers that ask for a certificate: chain and private key, as PEM.
    #[cfg(feature = "tls")]
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls.client = Some((chain.into(), key.into()));
        self
    }

    /// Counts by `clock` instead of the server's: for tests, with a
    /// [`ManualClock`](ratelimit_core::ManualClock). Counters then outlive their windows by a day.
    #[cfg(feature = "test-util")]
    pub fn clock(self, clock: impl Clock) -> Self {
        self.shared_clock(std::sync::Arc::new(clock))
    }

    /// The same with a clock that others share.
    #[cfg(feature = "test-util")]
    pub fn shared_clock(mut self, clock: std::sync::Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The storage; nothing is connected yet.
    ///
    /// # Errors
    /// When the URI or a certificate can't be.
    pub fn build(self) -> Result<RedisStorage, BuildError> {
        let topology = topology::of(uri::parse(&self.uri)?, self.timeouts, &self.tls)?;
        #[cfg(feature = "test-util")]
        let clock = self.clock;
        #[cfg(not(feature = "test-util"))]
        let clock = None;
        let refusals = RefusalMemory::new(self.refusals);
        Ok(RedisStorage::new(Shared {
            layout: Layout::default(),
            lanes: Lanes::new(topology, self.coalesce),
            refusals: match &clock {
                Some(clock) => refusals.with_clock(std::sync::Arc::clone(clock)),
                None => refusals,
            },
            clock,
        }))
    }
}

impl fmt::Debug for RedisStorageBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URI has a password in it.
        f.debug_struct("RedisStorageBuilder").field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_password() {
        let builder = RedisStorage::builder("redis://user:hunter2@host");
        assert!(!format!("{builder:?}").contains("hunter2"), "{builder:?}");
        let storage = builder.build().expect("a right URI");
        assert!(!format!("{storage:?}").contains("hunter2"), "{storage:?}");
    }
}
