//! Units of time, and windows printed in them.

use std::{fmt, time::Duration};

/// A unit a window can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    /// 30 days, as Flask-Limiter has it.
    Month,
    /// 360 days, as Flask-Limiter has it: twelve of its months.
    Year,
    /// No single unit: written as a humantime duration, such as `500ms` or `1h 30m`.
    Duration,
}

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;

impl Unit {
    /// The unit's length in nanoseconds.
    pub(super) const fn nanos(self) -> u64 {
        match self {
            Self::Duration => 1,
            Self::Second => SECOND,
            Self::Minute => 60 * SECOND,
            Self::Hour => 3_600 * SECOND,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
            Self::Year => 360 * DAY,
        }
    }

    /// The unit of this length; a window in no such unit is printed as a duration.
    pub(super) const fn of_nanos(nanos: u64) -> Self {
        const UNITS: [Unit; 7] =
            [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::Month, Unit::Year];
        let mut index = 0; // a `for` can't stand in a `const fn`
        while index < UNITS.len() {
            if UNITS[index].nanos() == nanos {
                return UNITS[index];
            }
            index += 1;
        }
        Self::Duration
    }

    /// The unit a window that nobody wrote down is printed in.
    ///
    /// Weeks are left out because Flask-Limiter can't read them, months and years because their
    /// lengths are conventions that such a window need not mean.
    pub(super) const fn largest_dividing(nanos: u64) -> Self {
        if nanos.is_multiple_of(Self::Day.nanos()) {
            Self::Day
        } else if nanos.is_multiple_of(Self::Hour.nanos()) {
            Self::Hour
        } else if nanos.is_multiple_of(Self::Minute.nanos()) {
            Self::Minute
        } else if nanos.is_multiple_of(Self::Second.nanos()) {
            Self::Second
        } else {
            Self::Duration
        }
    }

    /// The unit's name in a limit; a duration has none, its parts have.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Second => Some("second"),
            Self::Minute => Some("minute"),
            Self::Hour => Some("hour"),
            Self::Day => Some("day"),
            Self::Week => Some("week"),
            Self::Month => Some("month"),
            Self::Year => Some("year"),
            Self::Duration => None,
        }
    }
}

/// A window as it is printed: `10 minute`, always in the singular, or `1h 30m`.
pub(super) struct Window {
    pub(super) nanos: u64,
    pub(super) unit: Unit,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit.name() {
            Some(name) => write!(f, "{} {name}", self.nanos / self.unit.nanos()),
            None => write_duration(f, self.nanos),
        }
    }
}

/// Writes what humantime writes, but for its months and years: those are not ours (30.44 and 365.25
/// days), so long durations stay in days.
fn write_duration(f: &mut fmt::Formatter<'_>, nanos: u64) -> fmt::Result {
    let (days, rest) = (nanos / DAY, nanos % DAY);
    if days > 0 {
        let plural = if days == 1 { "" } else { "s" };
        let space = if rest == 0 { "" } else { " " };
        write!(f, "{days}day{plural}{space}")?;
    }
    if rest > 0 {
        write!(f, "{}", humantime::format_duration(Duration::from_nanos(rest)))?;
    }
    Ok(())
}
