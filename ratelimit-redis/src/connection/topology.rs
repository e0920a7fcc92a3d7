//! The servers behind a storage, and how they are reached.

use std::{fmt, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, RedisResult,
    cluster::{ClusterClient, ClusterClientBuilder},
};

use super::{Link, Tls, sentinels::Sentinels};
use crate::{BuildError, uri::Place};

/// Where counters are kept.
pub(crate) struct Topology {
    servers: Servers,
    pub(crate) timeouts: Timeouts,
}

enum Servers {
    /// One server.
    One(Box<Client>),
    /// The master that sentinels name.
    Sentinel(Sentinels),
    /// A cluster.
    Cluster(Box<ClusterClient>),
}

/// How long to wait for a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// Until a connection is made, with all that belongs to it.
    pub(crate) connect: Duration,
    /// Until a connection that doesn't answer is given up.
    pub(crate) response: Duration,
}

/// Shows no addresses, as they come with passwords.
impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.servers {
            Servers::One(_) => "Server",
            Servers::Sentinel(_) => "Sentinel",
            Servers::Cluster(_) => "Cluster",
        })
    }
}

impl Topology {
    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self.servers, Servers::Cluster(_))
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> RedisResult<Link> {
        let Timeouts { connect, response } = self.timeouts;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(connect))
            .set_response_timeout(Some(response));
        match &self.servers {
            Servers::One(client) => {
                client.get_multiplexed_async_connection_with_config(&config).await.map(Link::Single)
            }
            Servers::Sentinel(sentinels) => {
                let master = sentinels.master().await?;
                master.get_multiplexed_async_connection_with_config(&config).await.map(Link::Single)
            }
            Servers::Cluster(client) => client.get_async_connection().await.map(Link::Cluster),
        }
    }
}

/// The servers that a URI names.
pub(crate) fn of(place: Place, timeouts: Timeouts, tls: &Tls) -> Result<Topology, BuildError> {
    let servers = match place {
        Place::Server(info) => one(info, tls),
        Place::Sentinel { sentinels, service, data } => {
            Sentinels::new(sentinels, service, data, tls.clone()).map(Servers::Sentinel)
        }
        Place::Cluster { nodes } => cluster(nodes, timeouts, tls),
    };
    let servers = servers
        .map_err(|error| BuildError::new(format!("the URI or a certificate can't be used: {error}")))?;
    Ok(Topology { servers, timeouts })
}

fn one(info: ConnectionInfo, tls: &Tls) -> RedisResult<Servers> {
    let client = if is_encrypted(&info) { tls.client(info) } else { Client::open(info) };
    client.map(|client| Servers::One(Box::new(client)))
}

/// redis-rs waits for all nodes that the URI names, and then for all that they name: one that stands still is
/// waited for twice, and must leave some of the time there is.
fn cluster(nodes: Vec<ConnectionInfo>, timeouts: Timeouts, tls: &Tls) -> RedisResult<Servers> {
    let encrypted = is_encrypted(&nodes[0]);
    let builder = ClusterClientBuilder::new(nodes)
        .connection_timeout(timeouts.connect / 3)
        .response_timeout(timeouts.response)
        .overall_response_timeout(Some(timeouts.response));
    let builder = if encrypted { tls.of_cluster(builder) } else { builder };
    builder.build().map(|client| Servers::Cluster(Box::new(client)))
}

pub(super) fn is_encrypted(info: &ConnectionInfo) -> bool {
    matches!(info.addr(), ConnectionAddr::TcpTls { .. })
}
