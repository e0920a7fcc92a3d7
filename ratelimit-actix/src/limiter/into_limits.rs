//! What the builder takes as limits.

use ratelimit_core::{Limit, LimitSet, ParseLimitError};

/// Limits, however they are given: a limit string, a [`Limit`], several of them, or a [`LimitSet`].
///
/// ```
/// use ratelimit_actix::Limiter;
///
/// let limiter = Limiter::builder().default_limits("200/day; 50/hour").build()?;
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read as rate limits",
    note = "give a limit string such as \"200/day; 50/hour\", a `Limit`, a `Vec<Limit>` or a `LimitSet`"
)]
pub trait IntoLimits {
    /// The limits.
    ///
    /// # Errors
    /// When a string can't be read, or when there is no limit at all.
    fn into_limits(self) -> Result<LimitSet, ParseLimitError>;
}

impl IntoLimits for &str {
    fn into_limits(self) -> Result<LimitSet, ParseLimitError> {
        self.parse()
    }
}

impl IntoLimits for String {
    fn into_limits(self) -> Result<LimitSet, ParseLimitError> {
        self.parse()
    }
}

impl IntoLimits for LimitSet {
    fn into_limits(self) -> Result<LimitSet, ParseLimitError> {
        Ok(self)
    }
}

impl IntoLimits for Limit {
    fn into_limits(self) -> Result<LimitSet, ParseLimitError> {
        Ok(self.into())
    }
}

impl IntoLimits for Vec<Limit> {
    fn into_limits(self) -> Result<LimitSet, ParseLimitError> {
        self.try_into()
    }
}
