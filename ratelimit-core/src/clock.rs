//! Where the time comes from.

use std::{
    fmt::Debug,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A moment: nanoseconds since a clock's own origin, never going back.
///
/// Moments of two clocks can't be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `nanos` nanoseconds after the clock's origin.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the clock's origin.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The moment `time` after this one; time ends at 584 years.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(nanos(time)))
    }

    /// The moment `time` before this one, or the clock's origin.
    #[must_use]
    pub fn minus(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(nanos(time)))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A source of time for storages and headers.
///
/// ```
/// use std::time::Duration;
/// use ratelimit_core::{Clock, SystemClock, Timestamp};
///
/// /// A clock that goes at double speed.
/// #[derive(Debug)]
/// struct Hasty(SystemClock);
///
/// impl Clock for Hasty {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_nanos(self.0.now().as_nanos() * 2)
///     }
///
///     fn unix_time(&self) -> Duration {
///         self.0.unix_time()
///     }
/// }
///
/// let clock = Hasty(SystemClock::new());
/// let start = clock.now();
/// assert!(clock.now() >= start);
/// ```
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present moment; never earlier than one returned before on the same thread.
    fn now(&self) -> Timestamp;

    /// The wall clock, as time since the Unix epoch: for showing, never for counting.
    fn unix_time(&self) -> Duration;
}

/// The machine's clocks: monotonic for counting, the wall clock for showing.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // 2⁶⁴ nanoseconds are 584 years of uptime.
        Timestamp(u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    fn unix_time(&self) -> Duration {
        // A wall clock set before 1970 shows 1970; counting doesn't use it.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

#[cfg(feature = "test-util")]
pub use manual::ManualClock;

#[cfg(feature = "test-util")]
mod manual {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        time::{Duration, SystemTime, UNIX_EPOCH},
    };

    use super::{Clock, Timestamp};

    /// A clock that stands still until told to go on; clones share the time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ratelimit_core::{Clock, ManualClock};
    ///
    /// let clock = ManualClock::new();
    /// let start = clock.now();
    /// clock.clone().advance(Duration::from_mins(1));
    /// assert_eq!(clock.now().since(start), Duration::from_mins(1));
    /// ```
    #[derive(Clone, Debug)]
    pub struct ManualClock {
        /// Where the wall clock stood at the origin.
        unix_start: Duration,
        nanos: Arc<AtomicU64>,
    }

    impl ManualClock {
        /// A clock that stands at the present, so that the times it shows look like today's.
        #[must_use]
        pub fn new() -> Self {
            Self::at(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
        }

        /// A clock whose wall clock stands at `unix_time`, so that the times it shows are always the same.
        #[must_use]
        pub fn at(unix_time: Duration) -> Self {
            Self { unix_start: unix_time, nanos: Arc::default() }
        }

        /// Lets `time` pass, for every clone. Time stops at 584 years.
        pub fn advance(&self, time: Duration) {
            let step = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            // `fetch_update` can't fail with a closure that never returns `None`.
            let _ = self
                .nanos
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |nanos| Some(nanos.saturating_add(step)));
        }
    }

    impl Default for ManualClock {
        fn default() -> Self {
            Self::new()
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp(self.nanos.load(Ordering::SeqCst))
        }

        fn unix_time(&self) -> Duration {
            self.unix_start + Duration::from_nanos(self.nanos.load(Ordering::SeqCst))
        }
    }
}
