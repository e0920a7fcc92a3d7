//! What a node of a cluster believes about all nodes.

use crate::Redis;

/// A line of `CLUSTER NODES`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: String,
    pub(super) port: u16,
    /// Its master's id, if it is a replica.
    pub(super) master: Option<String>,
    pub(super) usable: bool,
    slots: Vec<(u16, u16)>,
}

impl Member {
    pub(super) fn owns(&self, slot: u16) -> bool {
        self.slots.iter().any(|(first, last)| (*first..=*last).contains(&slot))
    }

    /// `id ip:port@bus flags master ping pong epoch link slot slot-slot [slot->-migrating]`
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<_> = text.split(' ').collect();
        let &[id, address, flags, master, _, _, _, link, ref slots @ ..] = fields.as_slice() else {
            return None;
        };
        let port = address.split('@').next()?.rsplit(':').next()?.parse().ok()?;
        let slots = slots.iter().filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some((first.parse().ok()?, last.parse().ok()?))
        });
        Some(Self {
            id: id.to_owned(),
            port,
            master: (master != "-").then(|| master.to_owned()),
            usable: link == "connected"
                && !["fail", "handshake", "noaddr"].iter().any(|bad| flags.contains(bad)),
            slots: slots.collect(),
        })
    }
}

/// What `node` believes.
pub(super) fn view_of(node: &Redis) -> Option<Vec<Member>> {
    let nodes: String = node.try_query(&["CLUSTER", "NODES"]).ok()?;
    nodes.lines().map(Member::parse).collect()
}
