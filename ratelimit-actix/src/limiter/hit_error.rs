//! Why a limit could not be asked by hand.

use ratelimit_core::QuotaError;
use thiserror::Error;

use crate::LimitsError;

/// Why a limit could not be asked. Whoever gets it must not go on as if nothing were limited.
///
/// ```
/// # use ratelimit_actix::Limiter;
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = Limiter::builder().build()?;
/// let error = limiter.limit("5/minuet").hit().await.unwrap_err();
/// assert!(error.is_bad_limits() && error.to_string().contains("did you mean `minute`?"));
/// let error = limiter.limit("5/minute").key("").hit().await.unwrap_err();
/// assert!(error.is_missing_key());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct HitError(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Error)]
enum Kind {
    #[error("limits can't be read: {0}")]
    Limits(LimitsError),
    #[error("there are no limits to ask; expected some, such as \"5/minute\"")]
    NoLimits,
    #[error("the key is missing or empty; leave `key` out to count everybody together")]
    NoKey,
    #[error(transparent)]
    Burst(QuotaError),
    #[error("the storage fails, and on_error = closed turns everything away until it answers again")]
    Unavailable,
}

impl HitError {
    pub(super) fn limits(error: LimitsError) -> Self {
        Self(Kind::Limits(error))
    }

    pub(super) fn no_limits() -> Self {
        Self(Kind::NoLimits)
    }

    pub(super) fn no_key() -> Self {
        Self(Kind::NoKey)
    }

    pub(super) fn burst(error: QuotaError) -> Self {
        Self(Kind::Burst(error))
    }

    pub(super) fn unavailable() -> Self {
        Self(Kind::Unavailable)
    }

    /// Whether the storage failed; otherwise what was asked can't be, and never will.
    #[must_use]
    pub fn is_storage(&self) -> bool {
        self.0 == Kind::Unavailable
    }

    /// Whether the limits can't be read, or there are none.
    #[must_use]
    pub fn is_bad_limits(&self) -> bool {
        matches!(self.0, Kind::Limits(_) | Kind::NoLimits)
    }

    /// Whether the limits can't have the burst that was given.
    #[must_use]
    pub fn is_bad_burst(&self) -> bool {
        matches!(self.0, Kind::Burst(_))
    }

    /// Whether a key was given that is none: `None` or empty text.
    #[must_use]
    pub fn is_missing_key(&self) -> bool {
        self.0 == Kind::NoKey
    }
}
