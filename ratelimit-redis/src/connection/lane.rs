//! One runtime's connection: made when first needed, shared by all requests, replaced when it fails.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use ratelimit_core::StorageError;
use redis::{RedisError, RedisResult, Value};
use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{Link, Topology, failure::Aftermath, nodes::all_answer, storage_error};
use crate::{queue::Queue, script::ServerScript};

/// A cluster of which a part is down is not asked more often how it stands.
const BETWEEN_RENEWALS: Duration = Duration::from_millis(100);

/// A runtime's way to the server.
#[derive(Debug)]
pub(crate) struct Lane {
    topology: Arc<Topology>,
    runtime: Handle,
    link: Arc<Mutex<Option<(u64, Link)>>>,
    /// Whether a cluster's connection is being made anew.
    renewing: Arc<AtomicBool>,
    /// Held while a connection is made, so that one is made for all.
    connecting: tokio::sync::Mutex<()>,
    /// How many connections were asked for: who waited for an attempt that failed fails with it.
    attempts: AtomicU64,
    failed: Mutex<Option<RedisError>>,
    pub(crate) queue: Queue,
    /// A task that does nothing but end with the runtime.
    alive: JoinHandle<()>,
}

impl Lane {
    pub(super) fn new(topology: Arc<Topology>, coalesce: usize, runtime: &Handle) -> Arc<Self> {
        Arc::new(Self {
            topology,
            runtime: runtime.clone(),
            link: Arc::default(),
            renewing: Arc::default(),
            connecting: tokio::sync::Mutex::default(),
            attempts: AtomicU64::new(0),
            failed: Mutex::default(),
            queue: Queue::new(coalesce),
            alive: runtime.spawn(pending()),
        })
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.alive.is_finished()
    }

    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Runs a script; on a new connection and once more if the old one turns out to be closed.
    pub(crate) async fn run(
        &self,
        script: &ServerScript,
        keys: &[impl AsRef<[u8]>],
        arguments: &[&[u8]],
    ) -> Result<Value, StorageError> {
        let mut retried = false;
        loop {
            let (generation, mut link) = self.link().await.map_err(storage_error)?;
            let error = match script.run(&mut link, keys, arguments).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !self.is_asked_again(generation, &error) || retried {
                return Err(storage_error(error));
            }
            retried = true;
        }
    }

    /// Does about a connection what an error on it calls for; answers whether a request is to be asked
    /// again.
    pub(crate) fn is_asked_again(&self, generation: u64, error: &RedisError) -> bool {
        let aftermath = Aftermath::of(error);
        match aftermath {
            Aftermath::Keep => {}
            _ if self.topology.is_cluster() => self.renew(generation),
            _ => self.discard(generation),
        }
        aftermath == Aftermath::ReplaceAndRetry
    }

    /// The connection, made now if there is none. The number tells connections apart.
    pub(crate) async fn link(&self) -> RedisResult<(u64, Link)> {
        if let Some(link) = self.current() {
            return Ok(link);
        }
        let attempts = self.attempts.load(Ordering::Acquire);
        let _connecting = self.connecting.lock().await;
        if let Some(link) = self.current() {
            return Ok(link);
        }
        if self.attempts.load(Ordering::Acquire) != attempts
            && let Some(error) = self.failed.lock().clone()
        {
            return Err(error);
        }
        self.connect().await
    }

    fn current(&self) -> Option<(u64, Link)> {
        self.link.lock().clone()
    }

    async fn connect(&self) -> RedisResult<(u64, Link)> {
        let connected = connected(&self.topology).await;
        let attempt = self.attempts.fetch_add(1, Ordering::AcqRel);
        match connected {
            Ok(link) => {
                *self.failed.lock() = None;
                *self.link.lock() = Some((attempt, link.clone()));
                Ok((attempt, link))
            }
            Err(error) => {
                *self.failed.lock() = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Makes a cluster's connection anew, and learns who has which slots. The old one serves until then,
    /// and on if the new one doesn't reach all masters: it would make everybody wait while it tries to,
    /// where the old one has only the clients of one master wait.
    fn renew(&self, generation: u64) {
        if self.renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let (topology, link) = (Arc::clone(&self.topology), Arc::clone(&self.link));
        let renewing = Arc::clone(&self.renewing);
        self.runtime.spawn(async move {
            if let Ok(new) = connected(&topology).await
                && all_answer(&new).await
            {
                *link.lock() = Some((generation, new));
            }
            sleep(BETWEEN_RENEWALS).await;
            renewing.store(false, Ordering::Release);
        });
    }

    /// Forgets a connection, unless it has been replaced already.
    fn discard(&self, generation: u64) {
        let mut link = self.link.lock();
        if link.as_ref().is_some_and(|(current, _)| *current == generation) {
            *link = None;
        }
    }
}

async fn connected(topology: &Topology) -> RedisResult<Link> {
    timeout(topology.timeouts.connect, topology.connect()).await.unwrap_or_else(|_| {
        Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "no connection in time").into())
    })
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.alive.abort();
    }
}
