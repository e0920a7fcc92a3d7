//! What can go wrong in a storage.

use std::error::Error;

/// A storage could not answer.
///
/// ```
/// use ratelimit_core::StorageError;
///
/// let refused = std::io::Error::other("connection refused");
/// let error = StorageError::transient("can't reach the server").with_source(refused);
/// assert!(error.is_transient());
/// assert_eq!(error.to_string(), "can't reach the server");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StorageError {
    message: String,
    transient: bool,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StorageError {
    /// The storage is out of reach for now; asking again later may succeed.
    pub fn transient(message: impl Into<String>) -> Self {
        Self { message: message.into(), transient: true, source: None }
    }

    /// The storage refuses the request as it is; asking again won't help.
    pub fn permanent(message: impl Into<String>) -> Self {
        Self { message: message.into(), transient: false, source: None }
    }

    /// Adds the error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether asking again later may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}
