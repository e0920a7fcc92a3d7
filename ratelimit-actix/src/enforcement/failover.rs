//! Asking the storage, and what is done when it doesn't answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::rt::time::timeout;
use ratelimit_core::{Batch, Decisions, Refund, Reply, Storage, StorageError, storage::MemoryStorage};

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

/// Which storage charged a request, and so gives its refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Primary,
    Fallback,
}

/// What the limits say, and which storage says it; `None` when the storage failed and the request
/// passes uncounted.
pub(crate) type Answer = Option<(Source, Decisions)>;

/// The storage failed, and the request is turned away.
#[derive(Debug)]
pub(crate) struct Unavailable;

/// A storage with a deadline on every call and something to fall back on.
#[derive(Debug)]
pub(crate) struct Failover {
    primary: Arc<dyn Storage>,
    fallback: MemoryStorage,
    on_error: OnError,
    deadline: Duration,
    /// Whether the last call failed: each switch is logged once.
    failing: AtomicBool,
}

impl Failover {
    pub(crate) fn new(
        primary: Arc<dyn Storage>,
        fallback: MemoryStorage,
        on_error: OnError,
        deadline: Duration,
    ) -> Self {
        Self { primary, fallback, on_error, deadline, failing: AtomicBool::new(false) }
    }

    /// Charges all of the batch, or nothing.
    pub(crate) async fn acquire(&self, batch: &Batch<'_>) -> Result<Answer, Unavailable> {
        match self.whole(batch, self.primary.acquire(batch)).await {
            Some(decisions) => Ok(Some((Source::Primary, decisions))),
            None => self.instead(|| self.fallback.acquire(batch)),
        }
    }

    /// What [`acquire`](Self::acquire) would answer.
    pub(crate) async fn peek(&self, batch: &Batch<'_>) -> Result<Answer, Unavailable> {
        match self.whole(batch, self.primary.peek(batch)).await {
            Some(decisions) => Ok(Some((Source::Primary, decisions))),
            None => self.instead(|| self.fallback.peek(batch)),
        }
    }

    /// Gives charges back to the storage that made them. A refund that fails is lost: the client
    /// waits longer than it had to, and nobody gains by it.
    pub(crate) async fn refund(&self, source: Source, refunds: &[Refund<'_>]) {
        let answer = match source {
            Source::Primary => self.within_deadline(self.primary.refund(refunds)).await,
            Source::Fallback => self.within_deadline(self.fallback.refund(refunds)).await,
        };
        if let Err(error) = answer {
            log::warn!("ratelimit: a charge could not be given back: {error}");
        }
    }

    /// What is answered in the primary's stead; the fallback is asked only if it is to answer.
    fn instead<'a>(&self, fallback: impl FnOnce() -> Reply<'a, Decisions>) -> Result<Answer, Unavailable> {
        match self.on_error {
            // Memory answers at once and doesn't fail; if it ever did, nothing may pass unseen.
            OnError::Fallback => match fallback().now() {
                Ok(Ok(decisions)) => Ok(Some((Source::Fallback, decisions))),
                Ok(Err(_)) | Err(_) => Err(Unavailable),
            },
            OnError::Open => Ok(None),
            OnError::Closed => Err(Unavailable),
        }
    }

    /// The decisions on a batch, if they come in time and are all there. Too few of them would let a
    /// request pass that nobody has decided on.
    async fn whole(&self, batch: &Batch<'_>, reply: Reply<'_, Decisions>) -> Option<Decisions> {
        let answer = self.within_deadline(reply).await.and_then(|decisions| {
            if decisions.len() == batch.len() {
                return Ok(decisions);
            }
            let (got, asked) = (decisions.len(), batch.len());
            Err(StorageError::permanent(format!("{got} decisions on {asked} limits")))
        });
        self.note_switch(answer.as_ref().err());
        answer.ok()
    }

    /// The storage's answer, if it comes in time.
    async fn within_deadline<T: Unpin>(&self, reply: Reply<'_, T>) -> Result<T, StorageError> {
        match reply.now() {
            Ok(answer) => answer,
            Err(later) => timeout(self.deadline, later).await.unwrap_or_else(|_| {
                Err(StorageError::transient(format!("no answer within {:?}", self.deadline)))
            }),
        }
    }

    fn note_switch(&self, error: Option<&StorageError>) {
        let failing = error.is_some();
        // The load alone keeps the usual path free of writes that workers would contend for.
        if self.failing.load(Ordering::Relaxed) == failing
            || self.failing.swap(failing, Ordering::Relaxed) == failing
        {
            return;
        }
        match error {
            Some(error) => log::error!(
                "ratelimit: the storage fails ({error}); until it answers again requests are handled by on_error = {:?}",
                self.on_error
            ),
            None => log::info!("ratelimit: the storage answers again"),
        }
    }
}
