//! Storages for tests.

use std::{sync::Arc, time::Duration};

use actix_web::rt::time::sleep;
use ratelimit_actix::{
    MemoryStorage, Storage,
    core::{Batch, Decisions, Refund, Reply, Reset, StorageError},
};

/// Fails at everything.
#[derive(Debug)]
pub(crate) struct Broken;

fn broken<'a, T>() -> Reply<'a, T> {
    Reply::failed(StorageError::transient("broken on purpose"))
}

impl Storage for Broken {
    fn acquire<'a>(&'a self, _: &'a Batch<'_>) -> Reply<'a, Decisions> {
        broken()
    }

    fn peek<'a>(&'a self, _: &'a Batch<'_>) -> Reply<'a, Decisions> {
        broken()
    }

    fn refund<'a>(&'a self, _: &'a [Refund<'_>]) -> Reply<'a, ()> {
        broken()
    }

    fn reset<'a>(&'a self, _: Reset<'a>) -> Reply<'a, u64> {
        broken()
    }
}

/// Memory that several limiters share, and that takes its time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    memory: Arc<MemoryStorage>,
    delay: Duration,
}

impl Shared {
    /// Answers after `delay`.
    pub(crate) fn slow(delay: Duration) -> Self {
        Self { delay, ..Self::default() }
    }

    fn late<'a, T: Unpin + Send + 'a>(&self, answer: Reply<'a, T>) -> Reply<'a, T> {
        let delay = self.delay;
        if delay.is_zero() {
            return answer;
        }
        Reply::later(async move {
            sleep(delay).await;
            answer.await
        })
    }
}

impl Storage for Shared {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.late(self.memory.acquire(batch))
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.late(self.memory.peek(batch))
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.late(self.memory.refund(refunds))
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.late(self.memory.reset(target))
    }
}
