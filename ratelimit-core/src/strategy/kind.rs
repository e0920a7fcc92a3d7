//! The strategies by name.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::suggest::nearest;

/// How hits are counted against a limit.
///
/// ```
/// use ratelimit_core::Strategy;
///
/// assert_eq!("token-bucket".parse(), Ok(Strategy::TokenBucket));
/// assert_eq!(Strategy::TokenBucket.to_string(), "token_bucket");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strategy {
    /// One count a window; the window starts at the first hit.
    #[default]
    FixedWindow,
    /// This window's count, and last window's weighted by how much of it is still in sight.
    SlidingWindow,
    /// A log of every hit in the last window: exact, and as large as the amount.
    MovingWindow,
    /// A bucket of tokens refilled at an even rate, kept as one time (GCRA).
    TokenBucket,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Self; 4] =
        [Self::FixedWindow, Self::SlidingWindow, Self::MovingWindow, Self::TokenBucket];

    /// The name used in attributes and settings: `fixed_window`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FixedWindow => "fixed_window",
            Self::SlidingWindow => "sliding_window",
            Self::MovingWindow => "moving_window",
            Self::TokenBucket => "token_bucket",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What Flask-Limiter calls the strategy that is `sliding_window` here.
const SLIDING_WINDOW_COUNTER: &str = "sliding_window_counter";

/// Reads a strategy's name, in any case, with `_` or `-` between the words; also Flask-Limiter's
/// `sliding-window-counter`.
impl FromStr for Strategy {
    type Err = ParseStrategyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_ascii_lowercase().replace('-', "_");
        if name == SLIDING_WINDOW_COUNTER {
            return Ok(Self::SlidingWindow);
        }
        Self::ALL.into_iter().find(|strategy| strategy.name() == name).ok_or_else(|| ParseStrategyError {
            found: text.to_owned(),
            nearest: nearest(&name, Self::ALL.map(Self::name)),
        })
    }
}

/// A strategy's name that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown strategy `{found}`{}: expected {}", hint(*.nearest), expected())]
pub struct ParseStrategyError {
    found: String,
    nearest: Option<&'static str>,
}

impl ParseStrategyError {
    /// The strategy's name that was probably meant.
    #[must_use]
    pub const fn nearest(&self) -> Option<&'static str> {
        self.nearest
    }
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

/// The names, as in `a, b, c or d`.
fn expected() -> String {
    let names = Strategy::ALL.map(|strategy| format!("`{strategy}`"));
    match names.split_last() {
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_however_it_is_written() {
        for strategy in Strategy::ALL {
            let name = strategy.name();
            for text in [name.to_owned(), name.replace('_', "-"), name.to_uppercase()] {
                assert_eq!(text.parse(), Ok(strategy), "{text}");
            }
        }
        assert_eq!("Sliding-Window-Counter".parse(), Ok(Strategy::SlidingWindow));
    }

    #[test]
    fn an_error_says_what_was_found_expected_and_probably_meant() {
        let error = "token_buckets".parse::<Strategy>().expect_err("misspelt");
        assert_eq!(error.nearest(), Some("token_bucket"));
        assert_eq!(
            error.to_string(),
            "unknown strategy `token_buckets` (did you mean `token_bucket`?): expected `fixed_window`, \
             `sliding_window`, `moving_window` or `token_bucket`",
        );
        let error = "leaky".parse::<Strategy>().expect_err("no such strategy");
        assert_eq!(error.nearest(), None);
        assert!(error.to_string().starts_with("unknown strategy `leaky`: expected "));
    }

    #[test]
    fn nothing_but_a_name_is_a_name() {
        for text in ["", " fixed_window", "fixedwindow", "fixed window", "fixed__window"] {
            assert!(text.parse::<Strategy>().is_err(), "{text:?}");
        }
    }
}
