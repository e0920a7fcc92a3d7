//! Why a storage can't be built.

use thiserror::Error;

/// A storage URI, or a certificate, that can't be.
///
/// It tells what is wrong without showing the URI, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct BuildError {
    message: String,
}

impl BuildError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
