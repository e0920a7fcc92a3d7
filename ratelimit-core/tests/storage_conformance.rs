//! The conformance suite on memory that answers at once, late, and while time goes on by itself; and
//! on storages that each break a rule, to see that it notices.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use futures_util::FutureExt;
use ratelimit_core::{
    Acquisition, Batch, Decisions, ManualClock, MemoryStorage, Refund, Reply, Reset, Storage, StorageError,
    storage::conformance::{self, Report, Subject, Timing},
};

/// Memory on a clock set by hand, dressed up by a function.
struct Memory<F> {
    clock: ManualClock,
    timing: Timing,
    dress: F,
}

impl<S: Storage, F: Fn(MemoryStorage, ManualClock) -> S> Subject for Memory<F> {
    fn timing(&self) -> Timing {
        self.timing
    }

    async fn fresh(&self) -> Result<Arc<dyn Storage>, StorageError> {
        let memory = MemoryStorage::builder().clock(self.clock.clone()).build();
        Ok(Arc::new((self.dress)(memory, self.clock.clone())))
    }

    async fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

/// Runs the suite on memory dressed up by `dress`.
fn run<S: Storage>(timing: Timing, dress: impl Fn(MemoryStorage, ManualClock) -> S) -> Report {
    block_on(conformance::run(&Memory { clock: ManualClock::new(), timing, dress }))
}

/// Polls until the future is ready; the storages here never wait for another thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Some(output) = future.as_mut().now_or_never() {
            return output;
        }
    }
}

#[test]
fn memory_conforms() {
    let report = run(Timing::manual(), |memory, _| memory);
    report.assert();
    assert!(report.passed().len() >= 40, "{report}");
}

/// What a storage that stands before memory does to each call.
trait Coat: std::fmt::Debug + Send + Sync + 'static {
    fn memory(&self) -> &MemoryStorage;

    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.memory().acquire(batch)
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.memory().peek(batch)
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.memory().refund(refunds)
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.memory().reset(target)
    }
}

/// Makes a [`Coat`] a [`Storage`].
#[derive(Debug)]
struct Wearing<C>(C);

impl<C: Coat> Storage for Wearing<C> {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.0.acquire(batch)
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.0.peek(batch)
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.0.refund(refunds)
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.0.reset(target)
    }
}

/// Lets the others go first, as a network would.
async fn yielded() {
    let mut polled = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn memory_whose_replies_come_late_conforms() {
    #[derive(Debug)]
    struct Late(MemoryStorage);

    impl Coat for Late {
        fn memory(&self) -> &MemoryStorage {
            &self.0
        }

        fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
            Reply::later(async move {
                yielded().await;
                self.0.acquire(batch).await
            })
        }

        fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
            Reply::later(async move {
                yielded().await;
                self.0.peek(batch).await
            })
        }
    }

    run(Timing::manual(), |memory, _| Wearing(Late(memory))).assert();
}

/// Stands in for a server: each call takes half a millisecond of a time that nobody stops.
#[test]
fn memory_whose_time_goes_on_by_itself_conforms() {
    #[derive(Debug)]
    struct Drifting(MemoryStorage, ManualClock);

    impl Coat for Drifting {
        fn memory(&self) -> &MemoryStorage {
            self.1.advance(Duration::from_micros(500));
            &self.0
        }
    }

    let timing = Timing::real(Duration::from_secs(2), Duration::from_millis(100));
    run(timing, |memory, clock| Wearing(Drifting(memory, clock))).assert();
}

#[track_caller]
fn assert_fails(report: &Report, case: &str) {
    assert!(report.failed().iter().any(|(failed, _)| *failed == case), "{case} passed: {report}");
}

#[test]
fn a_storage_that_charges_one_by_one_is_found_out() {
    #[derive(Debug)]
    struct OneByOne(MemoryStorage);

    impl Coat for OneByOne {
        fn memory(&self) -> &MemoryStorage {
            &self.0
        }

        fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
            let each = |hit: &Acquisition<'_>| {
                let one = Batch::of(hit.policy, hit.key, hit.cost);
                let decisions = self.0.acquire(&one).now().expect("it is here").expect("it never fails");
                decisions[0]
            };
            Reply::ready(batch.iter().map(each).collect())
        }
    }

    let report = run(Timing::manual(), |memory, _| Wearing(OneByOne(memory)));
    assert_fails(&report, "atomicity::all_or_none_over_limits");
    assert_fails(&report, "atomicity::all_or_none_over_keys");
    assert_fails(&report, "concurrency::all_or_none_holds_among_many");
}

#[test]
fn a_storage_that_charges_for_looking_is_found_out() {
    #[derive(Debug)]
    struct Greedy(MemoryStorage);

    impl Coat for Greedy {
        fn memory(&self) -> &MemoryStorage {
            &self.0
        }

        fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
            self.0.acquire(batch)
        }
    }

    let report = run(Timing::manual(), |memory, _| Wearing(Greedy(memory)));
    assert_fails(&report, "peeking::peek_changes_nothing");
}

#[test]
fn a_storage_that_forgets_too_much_is_found_out() {
    #[derive(Debug)]
    struct Forgetful(MemoryStorage);

    impl Coat for Forgetful {
        fn memory(&self) -> &MemoryStorage {
            &self.0
        }

        fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
            match target {
                Reset::Counter { policy, .. } => self.0.reset(Reset::Namespace(policy.namespace())),
                other => self.0.reset(other),
            }
        }
    }

    let report = run(Timing::manual(), |memory, _| Wearing(Forgetful(memory)));
    assert_fails(&report, "resets::a_counter");
}
