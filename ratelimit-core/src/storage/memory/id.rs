//! Which counter an entry is.

use crate::{
    Acquisition, Key, Policy,
    policy::{NamespaceTag, Tag},
};

/// A counter in 112 bits: where it stands in its table, and whose it is.
///
/// Made of hashes under a secret of the process, so nobody outside can pick two keys that are taken for one; by
/// accident, two of a million keys meet in one of some forty million storages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id {
    /// The fingerprints of key and policy, mixed: each can be told with the help of the other.
    pub(super) place: u64,
    pub(super) policy: Tag,
}

impl Id {
    #[inline]
    pub(super) fn new(policy: &Policy, key: &Key) -> Self {
        Self { place: key.fingerprint() ^ policy.fingerprint(), policy: policy.tag() }
    }

    #[inline]
    pub(super) fn of(acquisition: &Acquisition<'_>) -> Self {
        Self::new(acquisition.policy, acquisition.key)
    }

    /// Whether it is one of the key's in the namespace.
    pub(super) fn is_of_key(self, namespace: NamespaceTag, key: &Key) -> bool {
        let policy = self.place ^ key.fingerprint();
        self.policy.confirms(namespace, policy)
    }

    pub(super) fn is_in(self, namespace: NamespaceTag) -> bool {
        self.policy.is_in(namespace)
    }
}
