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
