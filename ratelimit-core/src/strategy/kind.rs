//! The names of the strategies.

use std::fmt;

/// How hits are counted against a limit.
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
