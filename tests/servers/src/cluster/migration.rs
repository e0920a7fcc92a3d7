//! Moving a slot from one master to another.

use super::Cluster;
use crate::{
    Redis,
    commands::{ADMIN, ADMIN_PASSWORD},
};

/// A slot on its way, begun by [`Cluster::begin_migration`].
///
/// Until [`finish`](Self::finish) the old master answers for keys it still has and sends clients on with `ASK` for
/// those it hasn't, or with `TRYAGAIN` for commands whose keys are on both sides. When this is dropped unfinished,
/// the slot stays on its way.
#[derive(Debug)]
#[must_use = "the slot moves by `finish()`"]
pub struct Migration<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) slot: u16,
    pub(super) from: &'a Redis,
    pub(super) to: &'a Redis,
}

impl Migration<'_> {
    pub(super) fn begin(&self) {
        let slot = self.slot.to_string();
        let (from, to) = (self.cluster.id_of(self.from), self.cluster.id_of(self.to));
        self.to.command(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from]);
        self.from.command(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to]);
    }

    /// Moves up to `count` keys and says how many it moved.
    ///
    /// # Panics
    /// When a master refuses.
    #[track_caller]
    pub fn move_keys(&self, count: usize) -> usize {
        let (slot, count) = (self.slot.to_string(), count.to_string());
        let keys: Vec<Vec<u8>> = self.from.query(&["CLUSTER", "GETKEYSINSLOT", &slot, &count]);
        if keys.is_empty() {
            return 0;
        }
        let (moved, port) = (keys.len(), self.to.port().to_string());
        let words = ["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "AUTH2", ADMIN, ADMIN_PASSWORD, "KEYS"];
        let words: Vec<_> = words.iter().map(|word| word.as_bytes().to_vec()).chain(keys).collect();
        self.from.command(&words);
        moved
    }

    /// Moves the remaining keys, gives the slot to its new master and waits until every node knows.
    ///
    /// # Panics
    /// When a master refuses.
    #[track_caller]
    pub fn finish(self) {
        while self.move_keys(100) > 0 {}
        let (slot, id) = (self.slot.to_string(), self.cluster.id_of(self.to));
        for node in [self.to, self.from] {
            node.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &id]);
        }
        self.cluster.wait_for_owner(self.slot, self.to.port());
    }
}
