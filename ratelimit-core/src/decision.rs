//! What came of asking one limit.

use std::time::Duration;

use crate::Timestamp;

/// The answer of one limit to one request. Waits are kept up to 584 years; longer ones read as that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decision says whether the request may pass"]
pub struct Decision {
    limit: u64,
    remaining: u64,
    /// In nanoseconds.
    reset_after: u64,
    /// [`Wait::ALLOWED`] if the request fits, and so for nothing else.
    retry_after: Wait,
    receipt: Receipt,
}

/// A wait in half the room of an `Option<Duration>`: decisions are moved about on every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wait {
    /// One of the two constants, or at most [`Wait::LONGEST`]; longer ones than fit are nearly 600 years.
    nanos: u64,
}

impl Wait {
    /// There is nothing to wait for.
    const ALLOWED: Self = Self { nanos: u64::MAX };
    /// Waiting won't help.
    const NEVER: Self = Self { nanos: u64::MAX - 1 };
    const LONGEST: u64 = u64::MAX - 2;

    /// A wait of so many nanoseconds, or the longest that there is.
    #[inline]
    const fn of_nanos(nanos: u64) -> Self {
        Self { nanos: if nanos > Self::LONGEST { Self::LONGEST } else { nanos } }
    }

    const fn new(duration: Duration) -> Self {
        Self::of_nanos(nanos(duration))
    }

    const fn in_steps_of(self, step: Duration) -> Self {
        if self.nanos > Self::LONGEST { self } else { Self::of_nanos(in_steps_of(self.nanos, step)) }
    }

    const fn get(self) -> Option<Duration> {
        if self.nanos > Self::LONGEST { None } else { Some(Duration::from_nanos(self.nanos)) }
    }
}

/// As many nanoseconds as 64 bits hold.
const fn nanos(duration: Duration) -> u64 {
    saturated(duration.as_nanos())
}

/// Rounded up to whole steps.
const fn in_steps_of(nanos: u64, step: Duration) -> u64 {
    match step.as_nanos() {
        0 => nanos,
        step => saturated((nanos as u128).div_ceil(step) * step),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "compared just before")]
const fn saturated(number: u128) -> u64 {
    if number < u64::MAX as u128 { number as u64 } else { u64::MAX }
}

impl Decision {
    /// The request fits: `remaining` are left of `limit`.
    ///
    /// `reset_after` is how long until more than `remaining` are left, if nobody takes any.
    pub const fn allow(limit: u64, remaining: u64, reset_after: Duration, receipt: Receipt) -> Self {
        Self::allowed(limit, remaining, nanos(reset_after), receipt)
    }

    /// [`allow`](Self::allow), with the wait in nanoseconds.
    #[inline]
    pub(crate) const fn allowed(limit: u64, remaining: u64, reset_after: u64, receipt: Receipt) -> Self {
        Self { limit, remaining, reset_after, retry_after: Wait::ALLOWED, receipt }
    }

    /// [`refuse`](Self::refuse), with the waits in nanoseconds.
    pub(crate) const fn refused(
        limit: u64,
        remaining: u64,
        reset_after: u64,
        retry_after: Option<u64>,
        receipt: Receipt,
    ) -> Self {
        let retry_after = match retry_after {
            Some(wait) => Wait::of_nanos(wait),
            None => Wait::NEVER,
        };
        Self { limit, remaining, reset_after, retry_after, receipt }
    }

    /// The request does not fit; it will after `retry_after`, or never.
    pub const fn refuse(
        limit: u64,
        remaining: u64,
        reset_after: Duration,
        retry_after: Option<Duration>,
        receipt: Receipt,
    ) -> Self {
        let retry_after = match retry_after {
            Some(wait) => Wait::new(wait),
            None => Wait::NEVER,
        };
        Self { limit, remaining, reset_after: nanos(reset_after), retry_after, receipt }
    }

    /// Whether this limit lets the request pass.
    #[must_use]
    #[inline]
    pub const fn is_allowed(&self) -> bool {
        self.retry_after.nanos == Wait::ALLOWED.nanos
    }

    /// The most that can be taken at once: the amount, or the bucket's size.
    #[must_use]
    #[inline]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// What is left, once this request is counted if it is.
    #[must_use]
    #[inline]
    pub const fn remaining(&self) -> u64 {
        self.remaining
    }

    /// How long until more than [`remaining`](Self::remaining) is left if nobody takes any; zero when
    /// all is left.
    #[must_use]
    pub const fn reset_after(&self) -> Duration {
        Duration::from_nanos(self.reset_after)
    }

    /// For a refusal, exactly how long to wait until the same cost passes if nobody else takes any;
    /// `None` when it never will, and for a request that was allowed.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after.get()
    }

    /// The same decision as it reads when `elapsed` has passed since: what is to be waited is shorter.
    pub const fn after(self, elapsed: Duration) -> Self {
        let reset_after = self.reset_after.saturating_sub(nanos(elapsed));
        let retry_after = match self.retry_after() {
            Some(wait) => Wait::new(wait.saturating_sub(elapsed)),
            None => self.retry_after,
        };
        Self { reset_after, retry_after, ..self }
    }

    /// The same decision with its waits rounded up to whole steps of a clock that tells time no finer.
    pub const fn in_steps_of(self, step: Duration) -> Self {
        Self {
            reset_after: in_steps_of(self.reset_after, step),
            retry_after: self.retry_after.in_steps_of(step),
            ..self
        }
    }

    /// The same decision once the `cost` it took has been given back.
    pub const fn given_back(self, cost: u64) -> Self {
        let more = self.remaining.saturating_add(cost);
        if more >= self.limit {
            return Self { remaining: self.limit, reset_after: 0, ..self };
        }
        Self { remaining: more, ..self }
    }

    /// What a refund needs to know.
    #[must_use]
    #[inline]
    pub const fn receipt(&self) -> Receipt {
        self.receipt
    }
}

/// When a charge was made and until when it weighs: what makes a later refund exact.
///
/// A refund must not give back what has already come back by itself, nor touch a later window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// When the charge was made, by the storage's clock.
    pub charged_at: Timestamp,
    /// When, after the charge, the counter would have been back at its full allowance. With a sliding window: when both
    /// its windows would have been out of sight, which is later by as long as the last unit takes to leave.
    pub full_at: Timestamp,
}
