//! What can be read as limits.

use std::fmt;

use ratelimit_core::{Limit, LimitSet, ParseLimitError};
use thiserror::Error;

/// Limits, however they are given: a limit string, a [`Limit`], several of them, or a [`LimitSet`].
///
/// It is also what a function that finds the limits of a request returns: see [`Rule::new`](crate::Rule::new).
/// `None`, an empty string and an empty list are no limit; an `Err` is a failure, which never drops a limit
/// silently.
///
/// ```
/// use ratelimit_actix::{IntoLimits, Limit};
///
/// let limit: Limit = "5/minute".parse()?;
/// assert_eq!("5/minute".into_limits()?, limit.into_limits()?);
/// assert_eq!(None::<Limit>.into_limits()?, None);
/// assert_eq!("".into_limits()?, None);
/// assert!("5/minuet".into_limits().is_err());
/// assert!(Err::<Limit, _>("the database is away").into_limits().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read as rate limits",
    note = "give a limit string such as \"200/day; 50/hour\", a `Limit`, a list of them or a `LimitSet`, or an `Option` or `Result` of these"
)]
pub trait IntoLimits {
    /// The limits; `None` when there are none.
    ///
    /// # Errors
    /// When a string can't be read, and when it was an error to begin with.
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError>;
}

/// Why there are no limits where there should be.
///
/// ```
/// use ratelimit_actix::IntoLimits;
///
/// let error = "5/minuet".into_limits().unwrap_err();
/// assert!(error.to_string().contains("minute"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct LimitsError {
    message: String,
}

impl LimitsError {
    fn new(error: impl fmt::Display) -> Self {
        Self { message: error.to_string() }
    }
}

impl From<ParseLimitError> for LimitsError {
    fn from(error: ParseLimitError) -> Self {
        Self::new(error)
    }
}

impl IntoLimits for &str {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        if self.trim().is_empty() {
            return Ok(None);
        }
        Ok(Some(self.parse()?))
    }
}

impl IntoLimits for String {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.as_str().into_limits()
    }
}

impl IntoLimits for LimitSet {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        Ok(Some(self))
    }
}

impl IntoLimits for Limit {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        Ok(Some(self.into()))
    }
}

impl IntoLimits for Vec<Limit> {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        if self.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.try_into()?))
    }
}

impl IntoLimits for &[Limit] {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.to_vec().into_limits()
    }
}

impl<const N: usize> IntoLimits for [Limit; N] {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.to_vec().into_limits()
    }
}

/// For constants and statics.
impl<L: IntoLimits + Clone> IntoLimits for &L {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.clone().into_limits()
    }
}

impl<L: IntoLimits> IntoLimits for Option<L> {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.map_or(Ok(None), IntoLimits::into_limits)
    }
}

impl<L: IntoLimits, E: fmt::Display> IntoLimits for Result<L, E> {
    fn into_limits(self) -> Result<Option<LimitSet>, LimitsError> {
        self.map_err(LimitsError::new)?.into_limits()
    }
}
