//! What can be wrong with a limit.

use std::ops::Range;

use thiserror::Error;

/// A window that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WindowError {
    /// A window of no time.
    #[error("the window is empty")]
    Zero,
    /// A window longer than `Limit::MAX_WINDOW`.
    #[error("the window is longer than 146 years")]
    TooLong,
}

/// A limit string that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ParseLimitError {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

impl ParseLimitError {
    /// The bytes of the string that are wrong.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}
