//! Requests that lack the key.

/// What becomes of a request that has no key for a limit: no such header, or an empty one.
///
/// The limit is never dropped silently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MissingKey {
    /// Count it under the client's address: apart from every key that was found, unless that is an
    /// address itself.
    #[default]
    ClientAddress,
    /// Refuse it.
    Refuse,
    /// Let it pass this limit uncounted. Whoever leaves the key out is then unlimited here: choose it
    /// only where another limit covers such requests.
    Skip,
}
