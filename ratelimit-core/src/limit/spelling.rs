//! Every spelling of a unit, and what it means.

use super::unit::Unit;
use crate::suggest;

/// What the name of a unit stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A unit of ours, which may stand without a number.
    Unit(Unit),
    /// A unit that only humantime knows, by the name given here; it needs a number.
    Humantime(&'static str),
    /// humantime's year of 365.25 days, which is not ours.
    OtherYear,
}

/// One row for each meaning; upper case means the same.
const SPELLINGS: [(Meaning, &[&str]); 12] = [
    (Meaning::Unit(Unit::Second), &["second", "seconds", "sec", "secs", "s"]),
    (Meaning::Unit(Unit::Minute), &["minute", "minutes", "min", "mins", "m"]),
    (Meaning::Unit(Unit::Hour), &["hour", "hours", "hr", "hrs", "h"]),
    (Meaning::Unit(Unit::Day), &["day", "days", "d"]),
    (Meaning::Unit(Unit::Week), &["week", "weeks", "w"]),
    (Meaning::Unit(Unit::Month), &["month", "months"]),
    (Meaning::Unit(Unit::Year), &["year", "years"]),
    (Meaning::Humantime("w"), &["wk", "wks"]),
    (Meaning::Humantime("ms"), &["ms", "msec", "millis"]),
    // The micro sign and the Greek letter look alike; keyboards give either.
    (Meaning::Humantime("us"), &["us", "usec", "\u{b5}s", "\u{3bc}s"]),
    (Meaning::Humantime("ns"), &["ns", "nsec", "nanos"]),
    (Meaning::OtherYear, &["y", "yr", "yrs"]),
];

impl Meaning {
    /// What `word` means, in any case.
    pub(super) fn of(word: &str) -> Option<Self> {
        let is_word = |spelling: &&str| spelling.eq_ignore_ascii_case(word);
        SPELLINGS.into_iter().find(|(_, spellings)| spellings.iter().any(is_word)).map(|(meaning, _)| meaning)
    }

    /// humantime's name for the unit, if it has the same length there.
    pub(super) const fn in_humantime(self) -> Option<&'static str> {
        match self {
            Self::Humantime(name) => Some(name),
            Self::Unit(Unit::Second) => Some("s"),
            Self::Unit(Unit::Minute) => Some("m"),
            Self::Unit(Unit::Hour) => Some("h"),
            Self::Unit(Unit::Day) => Some("d"),
            Self::Unit(Unit::Week) => Some("w"),
            Self::Unit(Unit::Month | Unit::Year | Unit::Duration) | Self::OtherYear => None,
        }
    }
}

/// Beginnings of long names that humantime doesn't know, and its short names for them.
const LONG_NAMES: [(&str, &str); 3] = [("milli", "ms"), ("micro", "us"), ("nano", "ns")];

/// The unit that `word` probably means.
pub(super) fn nearest(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    if let Some((_, name)) = LONG_NAMES.iter().find(|(start, _)| word.starts_with(start)) {
        return Some(name);
    }
    // Every single letter is one slip away from every other: no help.
    let names = SPELLINGS
        .into_iter()
        .filter(|(meaning, _)| matches!(meaning, Meaning::Unit(_)))
        .flat_map(|(_, spellings)| spellings)
        .copied()
        .filter(|name| name.len() > 1);
    suggest::nearest(&word, names)
}
