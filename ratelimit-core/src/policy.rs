//! What is counted: a quota and the identity of its counters.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use parking_lot::Mutex;

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
    tag: Tag,
}

impl Policy {
    /// A policy that counts under `path` in `namespace`, named after its limit.
    ///
    /// The parts of a path can't run into each other: `["a", "bc"]` is not `["ab", "c"]`.
    ///
    /// Make policies once rather than for each request: it hashes and allocates, and the process remembers its namespaces
    /// (16 bytes each, up to 131,072 of them).
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
        let fingerprint = fingerprint::of(&identity);
        Self {
            quota,
            namespace: namespace.into(),
            name: quota.limit().to_string().into(),
            tag: Tag::new(NamespaceTag::number(namespace), fingerprint),
            fingerprint,
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
    #[inline]
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

    /// A hash of namespace and counter under a secret of this process: for tables in memory, not for showing, as
    /// [`Key::fingerprint`](crate::Key::fingerprint).
    #[must_use]
    #[inline]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What a table keeps of it beside the key.
    #[inline]
    pub(crate) fn tag(&self) -> Tag {
        self.tag
    }
}

/// A policy in the upper 48 of 64 bits, from which its namespace can still be told.
///
/// The first 18 are the namespace, the others a hash of the policy's fingerprint. It stands beside the fingerprint
/// itself, which a table has mixed with the key's: so it need not tell policies apart, only confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(u64);

/// What the tags of all policies in a namespace begin with: its number in this process. Past 131,072 namespaces it is a
/// hash, and two of them may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NamespaceTag(u64);

/// The namespaces of this process's policies, by their fingerprints.
static NAMESPACES: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);

impl NamespaceTag {
    const BITS: u32 = 18;
    /// Those of a tag after it.
    const SHIFT: u32 = u64::BITS - Self::BITS;
    /// So many are numbered; the other half of the tags are hashes.
    const NUMBERED: usize = 1 << (Self::BITS - 1);

    /// The tag of a policy's namespace.
    pub(crate) fn number(namespace: &str) -> Self {
        let fingerprint = fingerprint::of(namespace.as_bytes());
        let mut numbers = NAMESPACES.lock();
        let next = numbers.len();
        if next >= Self::NUMBERED {
            return numbers
                .get(&fingerprint)
                .map_or_else(|| Self::hashed(fingerprint), |number| Self(*number));
        }
        Self(*numbers.entry(fingerprint).or_insert(next as u64))
    }

    /// The tag of a namespace, if a policy may have it.
    pub(crate) fn find(namespace: &str) -> Option<Self> {
        let fingerprint = fingerprint::of(namespace.as_bytes());
        let numbers = NAMESPACES.lock();
        let hashed = || (numbers.len() >= Self::NUMBERED).then(|| Self::hashed(fingerprint));
        numbers.get(&fingerprint).map(|number| Self(*number)).or_else(hashed)
    }

    fn hashed(fingerprint: u64) -> Self {
        Self(Self::NUMBERED as u64 | fingerprint >> (Self::SHIFT + 1))
    }
}

impl Tag {
    /// The lower bits, which are free for whoever keeps a tag.
    pub(crate) const FREE: u64 = (1 << 16) - 1;

    pub(crate) fn new(namespace: NamespaceTag, fingerprint: u64) -> Self {
        Self(namespace.0 << NamespaceTag::SHIFT | Self::confirming(fingerprint))
    }

    /// The tag in bits that may have something else in the lower ones.
    #[inline]
    pub(crate) const fn in_bits(bits: u64) -> Self {
        Self(bits & !Self::FREE)
    }

    #[inline]
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Whether it is the tag of the policy with that fingerprint in that namespace.
    pub(crate) fn confirms(self, namespace: NamespaceTag, fingerprint: u64) -> bool {
        self == Self::new(namespace, fingerprint)
    }

    pub(crate) fn is_in(self, namespace: NamespaceTag) -> bool {
        self.0 >> NamespaceTag::SHIFT == namespace.0
    }

    /// Other bits than those that the fingerprint itself shows: the upper ones of a product (Fibonacci hashing).
    fn confirming(fingerprint: u64) -> u64 {
        const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
        fingerprint.wrapping_mul(GOLDEN) >> NamespaceTag::BITS & !Self::FREE
    }
}

/// Appends a part with its length before it.
fn push_part(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_told_apart_while_they_are_numbered_and_after() {
        assert_eq!(NamespaceTag::find("a namespace without policies"), None);
        let tags: Vec<_> =
            (0..5_000).map(|number| NamespaceTag::number(&format!("tenant-{number}"))).collect();
        for (number, tag) in tags.iter().enumerate() {
            assert_eq!(NamespaceTag::find(&format!("tenant-{number}")), Some(*tag));
            assert!(
                Tag::new(*tag, 7).is_in(*tag) && !Tag::new(*tag, 7).is_in(tags[(number + 1) % tags.len()])
            );
        }
        let hashed = NamespaceTag::hashed(u64::MAX);
        assert!(Tag::new(hashed, 7).is_in(hashed) && tags.iter().all(|tag| *tag != hashed));
    }
}
