//! Keys that can't work.

use thiserror::Error;

/// Why a key can't be found in any request. Building the limiter reports it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct KeyError {
    message: String,
}

impl KeyError {
    /// An error for a [`KeyExtractor`](super::KeyExtractor) of your own; `message` says what was found
    /// and what was expected.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
