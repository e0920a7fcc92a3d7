//! An answer that is here already, or comes later.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::StorageError;

/// A storage's answer: at once from memory, without an allocation, or later from afar.
///
/// ```
/// use ratelimit_core::Reply;
///
/// let answer = Reply::ready(3).now().expect("it is here");
/// assert_eq!(answer?, 3);
/// # Ok::<(), ratelimit_core::StorageError>(())
/// ```
#[must_use = "a reply does nothing until it is awaited"]
pub struct Reply<'a, T>(State<'a, T>);

enum State<'a, T> {
    /// `None` once taken.
    Ready(Option<Result<T, StorageError>>),
    Later(Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>),
}

impl<'a, T> Reply<'a, T> {
    /// An answer that is here.
    pub fn ready(value: T) -> Self {
        Self(State::Ready(Some(Ok(value))))
    }

    /// A failure that is known at once.
    pub fn failed(error: StorageError) -> Self {
        Self(State::Ready(Some(Err(error))))
    }

    /// An answer that comes later.
    pub fn later(future: impl Future<Output = Result<T, StorageError>> + Send + 'a) -> Self {
        Self(State::Later(Box::pin(future)))
    }

    /// The answer if it is here and no failure, where it is: [`now`](Self::now) moves it.
    ///
    /// ```
    /// use ratelimit_core::Reply;
    ///
    /// assert_eq!(Reply::ready(3).answer(), Some(&3));
    /// assert_eq!(Reply::later(async { Ok(3) }).answer(), None);
    /// ```
    #[inline]
    #[must_use]
    pub fn answer(&self) -> Option<&T> {
        match &self.0 {
            State::Ready(Some(Ok(answer))) => Some(answer),
            _ => None,
        }
    }

    /// The answer if it is here.
    ///
    /// # Errors
    /// The reply itself, still to be awaited, if it is not.
    pub fn now(self) -> Result<Result<T, StorageError>, Self> {
        match self.0 {
            State::Ready(Some(answer)) => Ok(answer),
            other => Err(Self(other)),
        }
    }
}

impl<T: Unpin> Future for Reply<'_, T> {
    type Output = Result<T, StorageError>;

    /// # Panics
    /// When polled again after it was ready, as futures may.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.get_mut().0 {
            State::Ready(answer) => Poll::Ready(answer.take().expect("polled after it was ready")),
            State::Later(future) => future.as_mut().poll(context),
        }
    }
}

/// An answer that is here, or a failure.
impl<T> From<Result<T, StorageError>> for Reply<'_, T> {
    fn from(answer: Result<T, StorageError>) -> Self {
        Self(State::Ready(Some(answer)))
    }
}

impl<T> fmt::Debug for Reply<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Ready(_) => "Reply::Ready",
            State::Later(_) => "Reply::Later",
        })
    }
}
