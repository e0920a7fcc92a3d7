//! Masters that share the slots, and a replica of each if wanted.

mod builder;
mod migration;
mod slot;
mod view;

use self::view::{Member, view_of};
pub use self::{
    builder::ClusterBuilder,
    migration::Migration,
    slot::{SLOTS, slot_of},
};
use crate::{Redis, wait};

/// Three masters that share the slots evenly, with or without a replica each.
///
/// A node that doesn't answer for a second is given up for its replica, if it has one.
///
/// ```no_run
/// use ratelimit_test_servers::{Cluster, slot_of};
///
/// let cluster = Cluster::builder().with_replicas().start();
/// let slot = slot_of("key");
/// let killed = cluster.kill_master_of(slot);
/// let promoted = cluster.wait_for_promotion(slot, killed);
/// assert_ne!(promoted, killed);
/// ```
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Redis>,
}

impl Cluster {
    /// Starts three masters without replicas.
    ///
    /// # Panics
    /// When they can't be started.
    #[track_caller]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Begins the settings.
    pub fn builder() -> ClusterBuilder {
        ClusterBuilder::default()
    }

    /// All nodes: first the three that were masters at the start, then their replicas in the same order.
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }

    /// Where the nodes listen: `127.0.0.1:port` of each.
    pub fn addresses(&self) -> Vec<String> {
        self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port())).collect()
    }

    /// `redis://…` of each node, with the password if there is one.
    pub fn uris(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::uri).collect()
    }

    /// The node on `port`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn node(&self, port: u16) -> &Redis {
        self.nodes.iter().find(|node| node.port() == port).expect("a node on this port")
    }

    /// The master of `slot`; waits until all nodes that answer name the same.
    #[track_caller]
    pub fn master_of(&self, slot: u16) -> &Redis {
        let port = wait::until("the nodes to agree on a slot's master", || self.agreed_owner(slot));
        self.node(port)
    }

    /// The masters besides that of `slot`.
    #[track_caller]
    pub fn other_masters(&self, slot: u16) -> Vec<&Redis> {
        let (members, owner) = (self.members(), self.master_of(slot).port());
        let others = members.iter().filter(|it| it.master.is_none() && it.usable && it.port != owner);
        others.map(|it| self.node(it.port)).collect()
    }

    /// Kills the master of `slot`, and gives its port.
    #[track_caller]
    pub fn kill_master_of(&self, slot: u16) -> u16 {
        let master = self.master_of(slot);
        master.kill();
        master.port()
    }

    /// Pauses the master of `slot`, and gives its port.
    #[track_caller]
    pub fn pause_master_of(&self, slot: u16) -> u16 {
        let master = self.master_of(slot);
        master.pause();
        master.port()
    }

    /// Waits until `slot` has another master than `former` and the cluster serves again; gives its port.
    #[track_caller]
    pub fn wait_for_promotion(&self, slot: u16, former: u16) -> u16 {
        let port = wait::until("a replica to be promoted", || {
            self.agreed_owner(slot).filter(|owner| *owner != former)
        });
        self.wait_until_ok();
        port
    }

    /// Has the replica of the master of `slot` take its place in good order, and gives its port.
    ///
    /// # Panics
    /// When the master has no replica.
    #[track_caller]
    pub fn failover(&self, slot: u16) -> u16 {
        let master = self.master_of(slot);
        let id = self.id_of(master);
        let members = self.members();
        let replica = members.iter().find(|member| member.master.as_ref() == Some(&id));
        let replica = self.node(replica.expect("a cluster started `.with_replicas()`").port);
        replica.wait_until_ready();
        replica.command(&["CLUSTER", "FAILOVER"]);
        self.wait_for_owner(slot, replica.port());
        replica.port()
    }

    /// Moves `slot` with its keys to the master `to`, and waits until every node knows.
    ///
    /// # Panics
    /// When `to` already has it, or a master refuses.
    #[track_caller]
    pub fn migrate_slot(&self, slot: u16, to: &Redis) {
        self.begin_migration(slot, to).finish();
    }

    /// Begins to move `slot` to the master `to`: see [`Migration`] for what clients meet meanwhile.
    ///
    /// # Panics
    /// When `to` already has it, or a master refuses.
    #[track_caller]
    pub fn begin_migration<'a>(&'a self, slot: u16, to: &'a Redis) -> Migration<'a> {
        let migration = Migration { cluster: self, slot, from: self.master_of(slot), to };
        migration.begin();
        migration
    }

    /// Waits until every node that answers finds all slots served.
    #[track_caller]
    pub fn wait_until_ok(&self) {
        for node in self.answering() {
            wait::until("a cluster to be ok", || {
                let info: String = node.try_query(&["CLUSTER", "INFO"]).ok()?;
                info.contains("cluster_state:ok").then_some(())
            });
        }
    }

    #[track_caller]
    fn wait_for_owner(&self, slot: u16, port: u16) {
        wait::until("a slot to change hands", || self.agreed_owner(slot).filter(|owner| *owner == port));
        self.wait_until_ok();
    }

    fn agreed_owner(&self, slot: u16) -> Option<u16> {
        let mut owners =
            self.answering().map(|node| Some(view_of(node)?.iter().find(|it| it.owns(slot))?.port));
        let owner = owners.next()??;
        owners.all(|other| other == Some(owner)).then_some(owner)
    }

    #[track_caller]
    fn id_of(&self, node: &Redis) -> String {
        let member = self.members().into_iter().find(|member| member.port == node.port());
        member.expect("every node knows all of this cluster").id
    }

    /// What the first node that answers believes.
    #[track_caller]
    fn members(&self) -> Vec<Member> {
        wait::until("a node to answer", || self.answering().find_map(view_of))
    }

    fn answering(&self) -> impl Iterator<Item = &Redis> {
        self.nodes.iter().filter(|node| node.is_answering())
    }
}
