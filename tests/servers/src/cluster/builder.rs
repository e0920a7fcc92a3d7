//! Making a cluster of single servers.

use super::{Cluster, SLOTS, view::view_of};
use crate::{Redis, builder::Role, wait};

const MASTERS: u16 = 3;

/// Settings of a [`Cluster`] to start; [`Cluster::builder`] begins them.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing starts before `start()`"]
pub struct ClusterBuilder {
    with_replicas: bool,
    password: Option<String>,
    lines: Vec<String>,
}

impl ClusterBuilder {
    /// Gives each master a replica.
    pub fn with_replicas(mut self) -> Self {
        self.with_replicas = true;
        self
    }

    /// Asks clients for this password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Adds a line to every node's configuration file.
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Starts the nodes, joins them, and waits until each finds the cluster complete.
    ///
    /// # Panics
    /// When they can't be started.
    #[track_caller]
    pub fn start(&self) -> Cluster {
        let count = if self.with_replicas { 2 * MASTERS } else { MASTERS };
        let cluster = Cluster { nodes: (0..count).map(|_| self.node().start()).collect() };
        share_slots(&cluster.nodes);
        join(&cluster.nodes);
        follow(&cluster);
        cluster.wait_until_ok();
        cluster
    }

    fn node(&self) -> crate::RedisBuilder {
        let mut builder = Redis::builder()
            .role(Role::ClusterNode)
            .config("cluster-node-timeout 1000")
            // However long a test took, a replica's data is good enough.
            .config("cluster-replica-validity-factor 0")
            .config("cluster-allow-replica-migration no");
        if let Some(password) = &self.password {
            builder = builder.password(password);
        }
        self.lines.iter().fold(builder, |builder, line| builder.config(line))
    }
}

/// Gives each master a third of the slots.
fn share_slots(nodes: &[Redis]) {
    for (index, node) in (0..).zip(nodes) {
        // Otherwise nodes that meet would have to settle whose word counts more.
        node.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(index + 1).to_string()]);
        if index < MASTERS {
            let bound = |index: u16| u32::from(index) * u32::from(SLOTS) / u32::from(MASTERS);
            let (first, last) = (bound(index).to_string(), (bound(index + 1) - 1).to_string());
            node.command(&["CLUSTER", "ADDSLOTSRANGE", &first, &last]);
        }
    }
}

/// Makes all nodes known to each other.
fn join(nodes: &[Redis]) {
    for (index, node) in nodes.iter().enumerate() {
        for other in &nodes[index + 1..] {
            let (port, bus) = (other.port().to_string(), other.bus_port().to_string());
            node.command(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
        }
    }
    for node in nodes {
        wait::until("cluster nodes to meet", || {
            let view = view_of(node)?;
            (view.len() == nodes.len() && view.iter().all(|member| member.usable)).then_some(())
        });
    }
}

/// Makes the nodes past the masters their replicas, and waits until every node knows.
fn follow(cluster: &Cluster) {
    let (masters, replicas) = cluster.nodes.split_at(usize::from(MASTERS));
    for (replica, master) in replicas.iter().zip(masters) {
        replica.command(&["CLUSTER", "REPLICATE", &cluster.id_of(master)]);
    }
    for node in &cluster.nodes {
        wait::until("cluster nodes to know the replicas", || {
            let known = view_of(node)?.iter().filter(|member| member.master.is_some()).count();
            (known == replicas.len()).then_some(())
        });
        node.wait_until_ready();
    }
}
