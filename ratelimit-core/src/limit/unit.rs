//! Units of time.

use std::fmt;

/// A unit a window can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    /// Written as a humantime duration: `500ms`.
    Duration,
}

impl Unit {
    pub(super) const fn largest_dividing(nanos: u64) -> Self {
        if nanos % 60_000_000_000 == 0 {
            Self::Minute
        } else if nanos % 1_000_000_000 == 0 {
            Self::Second
        } else {
            Self::Duration
        }
    }
}

/// A window as it is printed.
pub(super) struct Window {
    pub(super) nanos: u64,
    pub(super) unit: Unit,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Minute => write!(f, "{} minute", self.nanos / 60_000_000_000),
            Unit::Second => write!(f, "{} second", self.nanos / 1_000_000_000),
            Unit::Duration => {
                write!(f, "{}", humantime::format_duration(std::time::Duration::from_nanos(self.nanos)))
            }
        }
    }
}
