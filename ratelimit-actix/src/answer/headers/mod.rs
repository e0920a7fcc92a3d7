//! The headers that tell clients of their limits.

mod names;
mod retry_after;
pub(crate) mod seconds;
mod structured;
mod write;

use self::names::Names;
pub(crate) use self::structured::Prepared;
pub use self::{names::HeaderNameError, retry_after::RetryAfter};

/// Which headers responses carry.
///
/// | family | headers | on |
/// |---|---|---|
/// | [`legacy`](Self::legacy) | `X-RateLimit-Limit: 5`, `X-RateLimit-Remaining: 2`, `X-RateLimit-Reset: 1767225600` | all responses |
/// | [`draft`](Self::draft) | `RateLimit-Policy: "name";q=5;w=60`, `RateLimit: "name";r=2;t=31` | all responses |
/// | | `Retry-After: 31` | refusals |
///
/// `X-RateLimit-Reset` is in seconds since 1970, `t` in seconds from now; both say when more than what
/// remains is available. The draft's headers are those of `draft-ietf-httpapi-ratelimit-headers-10`.
/// One limit is reported: the tightest, or the one that refused the request.
///
/// Headers are written once. When a response already has any of either family, from a limiter nearer to
/// the handler or from the handler itself, both families are left as they are. A `Retry-After` that is
/// already there is never shortened: the later time stays.
///
/// ```
/// use ratelimit_actix::{Headers, RetryAfter};
///
/// let headers = Headers::legacy()
///     .rename_limit("X-Quota-Limit")
///     .rename_remaining("X-Quota-Remaining")
///     .rename_reset("X-Quota-Reset")
///     .retry_after(RetryAfter::HttpDate);
/// # let _ = headers;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Headers {
    legacy: bool,
    draft: bool,
    retry_after: Option<RetryAfter>,
    names: Names,
}

impl Headers {
    /// Both families, and `Retry-After` in seconds: the default.
    pub fn all() -> Self {
        Self::of(true, true)
    }

    /// Neither family; refusals still carry `Retry-After`.
    pub fn none() -> Self {
        Self::of(false, false)
    }

    /// The `X-RateLimit-…` headers only, which most clients know.
    pub fn legacy() -> Self {
        Self::of(true, false)
    }

    /// The headers of the IETF's draft only.
    pub fn draft() -> Self {
        Self::of(false, true)
    }

    fn of(legacy: bool, draft: bool) -> Self {
        Self { legacy, draft, retry_after: Some(RetryAfter::default()), names: Names::default() }
    }

    /// How refusals say when to come back.
    pub fn retry_after(self, form: RetryAfter) -> Self {
        Self { retry_after: Some(form), ..self }
    }

    /// No `Retry-After`: clients must find out for themselves when to come back.
    pub fn without_retry_after(self) -> Self {
        Self { retry_after: None, ..self }
    }

    /// Another name for `X-RateLimit-Limit`. Building the limiter fails when it can't be one.
    pub fn rename_limit(mut self, name: &str) -> Self {
        self.names.limit.rename(name);
        self
    }

    /// Another name for `X-RateLimit-Remaining`. Building the limiter fails when it can't be one.
    pub fn rename_remaining(mut self, name: &str) -> Self {
        self.names.remaining.rename(name);
        self
    }

    /// Another name for `X-RateLimit-Reset`. Building the limiter fails when it can't be one.
    pub fn rename_reset(mut self, name: &str) -> Self {
        self.names.reset.rename(name);
        self
    }

    /// Another name for `Retry-After`. Building the limiter fails when it can't be one.
    pub fn rename_retry_after(mut self, name: &str) -> Self {
        self.names.retry_after.rename(name);
        self
    }

    /// The families of `other`; all else stays.
    pub(crate) fn families_of(self, other: &Self) -> Self {
        Self { legacy: other.legacy, draft: other.draft, ..self }
    }

    /// Whether there are any headers on all responses.
    pub(crate) fn has_any(&self) -> bool {
        self.legacy || self.draft
    }

    /// Every name that can't be sent, or has another meaning already.
    pub(crate) fn problems(&self) -> Vec<HeaderNameError> {
        self.names.problems()
    }
}

impl Default for Headers {
    fn default() -> Self {
        Self::all()
    }
}
