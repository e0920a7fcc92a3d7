//! The servers behind a storage, and how they are reached.

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, RedisResult,
    cluster::{ClusterClient, ClusterClientBuilder},
    sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType},
};

use super::{Link, Tls};
use crate::{
    BuildError,
    uri::{Data, Place},
};

/// Where counters are kept.
pub(crate) struct Topology {
    servers: Servers,
    pub(crate) timeouts: Timeouts,
}

enum Servers {
    /// One server.
    One(Box<Client>),
    /// The master that sentinels name; a client of theirs is made anew each time they are asked.
    Sentinel(Box<dyn Fn() -> RedisResult<SentinelClient> + Send + Sync>),
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
            Servers::Sentinel(client) => {
                client()?.get_async_connection_with_config(&config).await.map(Link::Single)
            }
            Servers::Cluster(client) => client.get_async_connection().await.map(Link::Cluster),
        }
    }
}

/// The servers that a URI names.
pub(crate) fn of(place: Place, timeouts: Timeouts, tls: &Tls) -> Result<Topology, BuildError> {
    let servers = match place {
        Place::Server(info) => one(info, tls),
        Place::Sentinel { sentinels, service, data } => sentinel(sentinels, service, data, tls.clone()),
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

fn sentinel(sentinels: Vec<ConnectionInfo>, service: String, data: Data, tls: Tls) -> RedisResult<Servers> {
    let turn = AtomicUsize::new(0);
    let client = move || {
        // Beginning with another one each time: redis-rs waits for the first, even if others have answered,
        // for longer than an attempt may take.
        let first = turn.fetch_add(1, Ordering::Relaxed) % sentinels.len();
        let addresses = sentinels[first..].iter().chain(&sentinels[..first]).map(|info| info.addr().clone());
        let mut builder = SentinelClientBuilder::new(addresses, &service, SentinelServerType::Master)?
            .set_client_to_redis_db(data.db);
        if let Some(username) = &data.username {
            builder = builder.set_client_to_redis_username(username);
        }
        if let Some(password) = &data.password {
            builder = builder.set_client_to_redis_password(password);
        }
        // All have one login.
        let login = sentinels[0].redis_settings();
        if let Some(username) = login.username() {
            builder = builder.set_client_to_sentinel_username(username);
        }
        if let Some(password) = login.password() {
            builder = builder.set_client_to_sentinel_password(password);
        }
        if is_encrypted(&sentinels[0]) {
            builder = tls.of_sentinels(builder);
        }
        builder.build()
    };
    client()?; // so that what can't be shows now
    Ok(Servers::Sentinel(Box::new(client)))
}

fn cluster(nodes: Vec<ConnectionInfo>, timeouts: Timeouts, tls: &Tls) -> RedisResult<Servers> {
    let encrypted = is_encrypted(&nodes[0]);
    let builder = ClusterClientBuilder::new(nodes)
        // A cluster is connected to in two steps, first the nodes that the URI names and then those that
        // these name, and each step waits for the slowest: two thirds, even if a node stands still.
        .connection_timeout(timeouts.connect / 3)
        .response_timeout(timeouts.response)
        .overall_response_timeout(Some(timeouts.response));
    let builder = if encrypted { tls.of_cluster(builder) } else { builder };
    builder.build().map(|client| Servers::Cluster(Box::new(client)))
}

fn is_encrypted(info: &ConnectionInfo) -> bool {
    matches!(info.addr(), ConnectionAddr::TcpTls { .. })
}
