//! The mistakes a limit string can hold, and what to say about each.

use std::fmt;

use thiserror::Error;

use super::WindowError;

/// What is wrong, in words that go before the place; [`advice`](Self::advice) goes after it.
///
/// Words of the input are kept as an excerpt shows them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Mistake {
    #[error("no limit given")]
    Empty,
    #[error("missing limit")]
    EmptyItem,
    #[error("trailing separator")]
    TrailingSeparator,
    #[error("missing amount")]
    MissingAmount,
    #[error("invalid amount `{0}`")]
    BadAmount(String),
    #[error("amount too large")]
    AmountOverflow,
    #[error("missing `/` or `per`")]
    MissingPer { suggestion: Option<String> },
    #[error("missing unit")]
    MissingUnit,
    #[error("unknown unit `{word}`")]
    UnknownUnit { word: String, suggestion: Option<&'static str> },
    #[error("invalid number `{0}`")]
    BadCount(String),
    #[error("missing number before `{0}`")]
    MissingCount(String),
    #[error("`{0}` in a duration")]
    CalendarUnit(String),
    #[error("ambiguous unit `{0}`")]
    OtherYear(String),
    #[error("ambiguous unit `M`")]
    CapitalM,
    #[error("{0}")]
    Window(WindowError),
    #[error("unexpected `{0}` after a limit")]
    TextAfterLimit(String),
    #[error("stray `:`")]
    Colon,
    #[error("more than one limit")]
    SecondLimit,
}

impl Mistake {
    /// What was expected instead and, where it can be guessed, what was meant.
    pub(super) const fn advice(&self) -> Advice<'_> {
        Advice(self)
    }

    const fn expected(&self) -> &'static str {
        match self {
            Self::Empty => "an amount and a window, such as `5/minute`",
            Self::EmptyItem => "one separator between two limits and none before the first",
            Self::TrailingSeparator => "another limit after it, or no separator",
            Self::MissingAmount => "a whole number first, as in `5/minute`",
            Self::BadAmount(_) => "a whole number in digits, without a sign, as in `5/minute`",
            Self::AmountOverflow => "18446744073709551615 or less",
            Self::MissingPer { .. } => "one of them between the amount and the window, as in `5/minute`",
            Self::MissingUnit | Self::UnknownUnit { .. } => {
                "second, minute, hour, day, week, month or year, or a duration such as `1h 30m`"
            }
            Self::BadCount(_) => {
                "a whole number in digits, without a sign, as in `10 minutes`, `1h 30m` or `1500ms`"
            }
            Self::MissingCount(_) => "a number before each unit of a duration, as in `1h 30m` or `500ms`",
            Self::CalendarUnit(_) => {
                "week or shorter, because a month is 30 days and a year 360 days in a limit but not in a \
                 duration; `month` and `year` can only be the whole window"
            }
            Self::OtherYear(_) => {
                "`year`, which is 360 days here, because elsewhere short forms mean 365.25 days"
            }
            Self::CapitalM => "`m` or `min` for minutes, because `M` means months in durations elsewhere",
            Self::Window(_) => "1 nanosecond to 146 years",
            Self::TextAfterLimit(_) => "`;`, `,` or `|` between two limits, or the end",
            Self::Colon => "`;`, `,` or `|` between two limits",
            Self::SecondLimit => "one limit; a list of limits is a `LimitSet`",
        }
    }

    fn suggestion(&self) -> Option<String> {
        match self {
            Self::MissingPer { suggestion } => suggestion.clone(),
            Self::UnknownUnit { suggestion, .. } => suggestion.map(str::to_owned),
            Self::BadAmount(number) | Self::BadCount(number) => plain_number(number),
            Self::MissingCount(unit) => Some(format!("1{unit}")),
            Self::TextAfterLimit(text) if text.starts_with(|char: char| char.is_ascii_digit()) => {
                Some(format!("; {text}"))
            }
            Self::OtherYear(_) => Some("year".to_owned()),
            Self::Colon => Some(";".to_owned()),
            _ => None,
        }
    }
}

/// What goes after the place: `expected …; did you mean …?`
pub(super) struct Advice<'a>(&'a Mistake);

impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.0.expected())?;
        match self.0.suggestion() {
            Some(suggestion) => write!(f, "; did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

/// `number` without a plus sign and without marks between digits, if that is all that is wrong with it.
fn plain_number(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+').unwrap_or(number).replace(['_', '\''], "");
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}
