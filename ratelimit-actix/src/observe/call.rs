//! Calls of the storage: how long they take, and the span they are in.

#[cfg(feature = "metrics")]
use std::time::Instant;

#[cfg(feature = "tracing")]
use tracing::Instrument;

/// What a storage is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Acquire,
    Peek,
    Refund,
    Reset,
}

impl Operation {
    #[cfg(feature = "tracing")]
    const fn name(self) -> &'static str {
        match self {
            Self::Acquire => "acquire",
            Self::Peek => "peek",
            Self::Refund => "refund",
            Self::Reset => "reset",
        }
    }
}

/// A call that is being made. It takes until this is dropped: a call whose caller has stopped waiting took
/// at least so long, and its time must not be missing from those of a slow storage.
#[derive(Debug)]
pub(crate) struct Call {
    #[cfg(feature = "metrics")]
    operation: Operation,
    #[cfg(feature = "metrics")]
    began: Instant,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Call {
    pub(crate) fn begin(operation: Operation) -> Self {
        let _ = operation;
        Self {
            #[cfg(feature = "metrics")]
            operation,
            #[cfg(feature = "metrics")]
            began: Instant::now(),
            #[cfg(feature = "tracing")]
            span: super::events::storage_span(operation.name()),
        }
    }

    /// Asks, inside the span.
    #[cfg_attr(not(feature = "tracing"), expect(clippy::unused_self, reason = "the span is a feature"))]
    pub(crate) fn ask<T>(&self, ask: impl FnOnce() -> T) -> T {
        #[cfg(feature = "tracing")]
        return self.span.in_scope(ask);
        #[cfg(not(feature = "tracing"))]
        ask()
    }

    /// `answer`, to be waited for inside the span. The span is entered whenever the future is polled, and
    /// so never lies open on a thread that has turned to another request.
    #[cfg_attr(not(feature = "tracing"), expect(clippy::unused_self, reason = "the span is a feature"))]
    pub(crate) fn wait<F: Future>(&self, answer: F) -> impl Future<Output = F::Output> + use<F> {
        #[cfg(feature = "tracing")]
        return answer.instrument(self.span.clone());
        #[cfg(not(feature = "tracing"))]
        answer
    }
}

#[cfg(feature = "metrics")]
impl Drop for Call {
    fn drop(&mut self) {
        super::metrics::call_took(self.operation, self.began.elapsed());
    }
}
