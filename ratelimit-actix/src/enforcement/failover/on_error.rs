//! What becomes of requests without the storage.

/// What becomes of a request when the storage fails or doesn't answer in time.
///
/// ```
/// use ratelimit_actix::{Limiter, OnError};
///
/// // Better turned away than let through uncounted: a login, say.
/// let limiter = Limiter::builder().on_error(OnError::Closed).build()?;
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnError {
    /// It is counted in this process's memory, under the same limits.
    #[default]
    Fallback,
    /// It passes uncounted.
    Open,
    /// It is answered 503 with a Retry-After.
    Closed,
}

impl OnError {
    /// Of two answers to a failure the one that lets less pass.
    pub(crate) fn stricter(self, other: Self) -> Self {
        match (self, other) {
            (Self::Closed, _) | (_, Self::Closed) => Self::Closed,
            (Self::Fallback, _) | (_, Self::Fallback) => Self::Fallback,
            (Self::Open, Self::Open) => Self::Open,
        }
    }

    /// What becomes of a request whose limits a function could not find, in words.
    pub(crate) fn what_then(self) -> &'static str {
        match self {
            Self::Fallback => "default limits hold in their place, or without any the answer is 503",
            Self::Open => "the request passes these limits",
            Self::Closed => "the request is answered 503",
        }
    }
}
