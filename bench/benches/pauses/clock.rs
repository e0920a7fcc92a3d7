//! A clock that can be put forward.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ratelimit_core::{Clock, SystemClock, Timestamp};

/// The machine's clock, ahead of it by as much as it was put forward; clones share that. It goes on by itself, as what
/// a storage does at ticks of the clock is part of what is measured.
#[derive(Clone, Debug, Default)]
pub struct HandClock {
    machine: SystemClock,
    ahead_nanos: Arc<AtomicU64>,
}

impl HandClock {
    pub fn put_forward(&self, time: Duration) {
        self.ahead_nanos.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }

    fn ahead(&self) -> Duration {
        Duration::from_nanos(self.ahead_nanos.load(Ordering::Relaxed))
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        self.machine.now().plus(self.ahead())
    }

    fn recent(&self) -> Timestamp {
        self.machine.recent().plus(self.ahead())
    }

    fn unix_time(&self) -> Duration {
        self.machine.unix_time() + self.ahead()
    }
}
