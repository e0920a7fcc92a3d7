//! What can be wrong with a limit.

use std::{fmt, ops::Range};

use thiserror::Error;

use super::{excerpt, mistake::Mistake};

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
///
/// The message says what is wrong, where, what was expected and, if it can be guessed, what was meant.
/// It is one line, and short however long the string was. [`span`](Self::span) points into the string.
///
/// ```
/// use ratelimit_core::Limit;
///
/// let text = "3/minuet";
/// let error = text.parse::<Limit>().unwrap_err();
/// assert_eq!(&text[error.span()], "minuet");
/// assert_eq!(
///     error.to_string(),
///     "unknown unit `minuet` at bytes 2..8 of `3/minuet`: expected second, minute, hour, day, week, \
///      month or year, or a duration such as `1h 30m`; did you mean `minute`?",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{mistake}{}: {}", self.place(), .mistake.advice())]
pub struct ParseLimitError {
    mistake: Mistake,
    span: Range<usize>,
    /// The string, or what lies around the mistake in a long one; fit to be shown.
    excerpt: String,
}

impl ParseLimitError {
    pub(super) fn new(mistake: Mistake, text: &str, span: Range<usize>) -> Self {
        Self { mistake, excerpt: excerpt::around(text, &span), span }
    }

    /// The bytes of the string that are wrong: an empty range at its end where something is missing there.
    ///
    /// Both ends lie within the string and on boundaries of characters, so that it can be sliced.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    const fn place(&self) -> Place<'_> {
        Place(self)
    }
}

/// ` at bytes 2..8 of …`; nothing when there is no text to point into.
struct Place<'a>(&'a ParseLimitError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParseLimitError { span, excerpt, .. } = self.0;
        if excerpt.is_empty() {
            Ok(())
        } else if span.is_empty() {
            write!(f, " at the end, byte {}, of `{excerpt}`", span.start)
        } else {
            write!(f, " at bytes {}..{} of `{excerpt}`", span.start, span.end)
        }
    }
}
