//! What is counted: a quota and the identity of its counters.

use std::sync::Arc;

use crate::{Quota, fingerprint};

/// A quota under an identity: the counters it uses and the name it reports under.
///
/// Two policies share a key's counter when their namespace, counter path, strategy and window are
/// equal. The amount is not part of the identity, so changing it keeps the counts; the strategy and
/// the window are, so that changing those never meets data of another shape.
///
/// ```
/// use ratelimit_core::{Policy, Quota, Strategy};
///
/// let quota = Quota::new("3/minute".parse()?, Strategy::FixedWindow);
/// let policy = Policy::new(quota, "shop", ["checkout"]);
/// assert_eq!(policy.name(), "3 per 1 minute");
/// assert_eq!(policy.with_name("checkout").name(), "checkout");
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    quota: Quota,
    namespace: Arc<str>,
    counter: Arc<[u8]>,
    /// How much of `counter` encodes the path.
    path_length: usize,
    name: Arc<str>,
    fingerprint: u64,
    namespace_fingerprint: u64,
}

impl Policy {
    /// A policy that counts under `path` in `namespace`, named after its limit.
    ///
    /// The parts of a path can't run into each other: `["a", "bc"]` is not `["ab", "c"]`.
    pub fn new<'a>(quota: Quota, namespace: &str, path: impl IntoIterator<Item = &'a str>) -> Self {
        let mut counter = Vec::new();
        for part in path {
            push_part(&mut counter, part.as_bytes());
        }
        let path_length = counter.len();
        push_part(&mut counter, quota.strategy().name().as_bytes());
        counter.extend_from_slice(&quota.limit().window_nanos().to_le_bytes());

        let mut identity = Vec::with_capacity(namespace.len() + counter.len() + 8);
        push_part(&mut identity, namespace.as_bytes());
        identity.extend_from_slice(&counter);
        Self {
            quota,
            namespace: namespace.into(),
            name: quota.limit().to_string().into(),
            fingerprint: fingerprint::of(&identity),
            namespace_fingerprint: fingerprint::of(namespace.as_bytes()),
            counter: counter.into(),
            path_length,
        }
    }

    /// Reports under `name` instead of the limit's text; the counters stay the same.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The quota counted.
    #[must_use]
    pub fn quota(&self) -> &Quota {
        &self.quota
    }

    /// The name shown in headers and bodies.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The namespace, which `reset` of everything stays within.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The canonical encoding of the counter's identity within the namespace.
    #[must_use]
    pub fn counter(&self) -> &[u8] {
        &self.counter
    }

    /// The canonical encoding of the counter's path alone: what limits of one list share, whatever their
    /// strategies and windows. A storage may keep their counters together.
    #[must_use]
    pub fn path(&self) -> &[u8] {
        &self.counter[..self.path_length]
    }

    /// A hash of namespace and counter under a secret of this process.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    pub(crate) fn namespace_fingerprint(&self) -> u64 {
        self.namespace_fingerprint
    }
}

/// Appends a part with its length before it.
fn push_part(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}
