//! Connections to the server, one a runtime.
//!
//! A connection is driven by a task, which lives and dies with the runtime that it was spawned on. Each
//! worker of an Actix server is a runtime; so each worker has a connection, and no request waits for
//! another thread to carry its bytes.
//!
//! ```text
//! Lanes ──► Lane (this runtime's) ──► queue ──► flush task ──► Link ──► server
//! ```

mod failure;
mod lane;
mod link;
mod nodes;
mod sentinels;
mod tls;
pub(crate) mod topology;

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use ratelimit_core::StorageError;
use tokio::runtime::{Handle, Id};

pub(crate) use self::{
    failure::storage_error,
    lane::Lane,
    link::Link,
    nodes::{Node, nodes, routed},
    tls::Tls,
    topology::{Timeouts, Topology},
};

/// The connections of a storage.
#[derive(Debug)]
pub(crate) struct Lanes {
    topology: Arc<Topology>,
    /// How many requests share a call at most.
    coalesce: usize,
    by_runtime: Mutex<HashMap<Id, Arc<Lane>>>,
}

impl Lanes {
    pub(crate) fn new(topology: Topology, coalesce: usize) -> Self {
        // The keys of a call must share a slot, which those of two clients hardly ever do.
        let coalesce = if topology.is_cluster() { 1 } else { coalesce };
        Self { topology: Arc::new(topology), coalesce, by_runtime: Mutex::default() }
    }

    pub(crate) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The lane of the runtime that asks.
    pub(crate) fn current(&self) -> Result<Arc<Lane>, StorageError> {
        let runtime = Handle::try_current().map_err(|error| {
            StorageError::permanent("the Redis storage was asked outside of a Tokio runtime")
                .with_source(error)
        })?;
        let mut by_runtime = self.by_runtime.lock();
        if let Some(lane) = by_runtime.get(&runtime.id()) {
            return Ok(Arc::clone(lane));
        }
        // Those of runtimes that have ended: there are as many as workers were restarted.
        by_runtime.retain(|_, lane| lane.is_alive());
        let lane = Lane::new(Arc::clone(&self.topology), self.coalesce, &runtime);
        by_runtime.insert(runtime.id(), Arc::clone(&lane));
        Ok(lane)
    }
}
