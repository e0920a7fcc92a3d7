//! Several futures at once, without a runtime.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
};

/// Runs all futures on the caller's task, interleaved; answers in their order.
///
/// A wake of one polls all that are pending. For the hundred of them that a case has, that is fine.
pub(super) async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = pending.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, output) in pending.iter_mut().zip(&mut outputs) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if outputs.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::poll_fn, task::Poll};

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn futures_take_turns_and_answer_in_order() {
        // Each is ready only once all have been polled.
        let polled = Cell::new(0);
        let futures = (0..10).map(|index| {
            let polled = &polled;
            poll_fn(move |context| {
                polled.set(polled.get() + 1);
                context.waker().wake_by_ref();
                if polled.get() > 10 { Poll::Ready(index) } else { Poll::Pending }
            })
        });
        let mut joined = Box::pin(all(futures));
        assert_eq!(joined.as_mut().now_or_never(), None);
        assert_eq!(joined.now_or_never(), Some((0..10).collect()));
    }
}
