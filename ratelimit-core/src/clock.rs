//! Where the time comes from.

use std::{
    any::Any,
    fmt::Debug,
    time::{Duration, SystemTime, UNIX_EPOCH},
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
pub trait Clock: Any + Debug + Send + Sync {
    /// The present moment; never earlier than one returned before on the same thread.
    fn now(&self) -> Timestamp;

    /// A moment within the 50 milliseconds before [`now`](Self::now), on the same origin and never ahead of it; it may
    /// stand still. A storage takes it for hits whose verdict is the same at every moment since then. One that lags more,
    /// as the kernel's may while a virtual machine is stopped, can have such a hit counted in a window that is just over.
    ///
    /// Implement it only where it is much cheaper to read than `now`. A clock that wraps another and changes its speed
    /// leaves it at the default.
    fn recent(&self) -> Timestamp {
        self.now()
    }

    /// The wall clock, as time since the Unix epoch: for showing, never for counting.
    fn unix_time(&self) -> Duration;
}

/// How long ago [`Clock::recent`] may be: several ticks of a busy machine's timer.
pub(crate) const LAG: u64 = 50_000_000;

/// The machine's clocks: monotonic for counting, the wall clock for showing.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: machine::Moment,
}

impl SystemClock {
    /// A clock whose origin is now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: machine::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[inline]
    fn now(&self) -> Timestamp {
        Timestamp(machine::nanos_since(self.origin, machine::now()))
    }

    #[inline]
    fn recent(&self) -> Timestamp {
        Timestamp(machine::nanos_since(self.origin, machine::recent()))
    }

    fn unix_time(&self) -> Duration {
        // A wall clock set before 1970 shows 1970; counting doesn't use it.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }
}

/// Linux: what the kernel noted at its last tick takes a seventh of the time to read that the exact clock takes.
#[cfg(any(target_os = "android", target_os = "linux"))]
mod machine {
    use nix::time::{ClockId, clock_gettime};

    /// Nanoseconds since the machine was started: 2⁶⁴ are 584 years.
    pub(super) type Moment = u64;

    #[inline]
    pub(super) fn now() -> Moment {
        read(ClockId::CLOCK_MONOTONIC)
    }

    #[inline]
    pub(super) fn recent() -> Moment {
        read(ClockId::CLOCK_MONOTONIC_COARSE)
    }

    /// Zero if the last tick was before `origin`.
    #[inline]
    pub(super) fn nanos_since(origin: Moment, moment: Moment) -> u64 {
        moment.saturating_sub(origin)
    }

    /// # Panics
    /// On a kernel without such a clock; Linux has both since 2.6.32, of 2009.
    #[inline]
    #[expect(clippy::cast_sign_loss, reason = "these clocks start at 0")]
    fn read(clock: ClockId) -> Moment {
        let time = clock_gettime(clock).expect("a clock of Linux's");
        (time.tv_sec() as u64).wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec() as u64)
    }
}

/// Elsewhere: the standard library's clock alone.
#[cfg(not(any(target_os = "android", target_os = "linux")))]
mod machine {
    use std::time::Instant;

    pub(super) type Moment = Instant;

    pub(super) fn now() -> Moment {
        Instant::now()
    }

    pub(super) fn recent() -> Moment {
        now()
    }

    pub(super) fn nanos_since(origin: Moment, moment: Moment) -> u64 {
        u64::try_from(moment.saturating_duration_since(origin).as_nanos()).unwrap_or(u64::MAX)
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
