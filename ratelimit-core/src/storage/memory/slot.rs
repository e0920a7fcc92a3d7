//! One counter in 32 bytes, two of which share a cache line.

use super::{
    id::Id,
    packed::{self, Packed},
    standing::{REFUSED, Standing},
};
use crate::{
    Quota, Strategy, Timestamp,
    strategy::{FixedWindow, SlidingWindow, State, TokenBucket},
};

/// A place in the table: empty, or one counter. The key itself is not kept.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Slot {
    pub(super) id: Id,
    /// From bit 8 on when the counter expires; [what kind](kind) it is in bits 0 to 2, the standing in bits 4 to 7.
    when: u64,
    /// From bit 8 on what is counted; when the standing ends in bits 0 to 7.
    what: u64,
}

/// What a slot holds.
mod kind {
    use crate::Strategy;

    pub(super) const NONE: u64 = 0;
    /// What doesn't fit is kept elsewhere: logs, amounts of many millions, windows of years.
    pub(super) const SPILLED: u64 = 1;
    pub(super) const MASK: u64 = 7;

    /// A counter of that strategy.
    pub(super) const fn of(strategy: Strategy) -> u64 {
        2 + strategy as u64
    }
}

const FLAGS: u32 = u64::BITS - packed::BITS;
const STANDING: u64 = 15 << 4;

/// Spilled counters may live longer than 56 bits can tell in nanoseconds, so theirs are units of 256, rounded up.
const SPILLED_UNIT: u64 = 1 << FLAGS;
/// The last of these units, which stands for the end of time.
const NEVER: u64 = (1 << packed::BITS) - 1;

impl Slot {
    pub(super) const EMPTY: Self = Self { id: Id::NONE, when: kind::NONE, what: 0 };

    /// A counter that fits; `None` if it doesn't.
    pub(super) fn packed(id: Id, state: &State, quota: &Quota, standing: Standing) -> Option<Self> {
        match state {
            State::FixedWindow(window) => Self::holding(id, window, quota, standing),
            State::SlidingWindow(windows) => Self::holding(id, windows, quota, standing),
            State::TokenBucket(bucket) => Self::holding(id, bucket, quota, standing),
            State::MovingWindow(_) => None,
        }
    }

    #[inline]
    pub(super) fn holding<C: Packed>(id: Id, counter: &C, quota: &Quota, standing: Standing) -> Option<Self> {
        let (expires_at, what) = counter.packed(quota);
        let standing = standing.packed(Timestamp::from_nanos(expires_at));
        let fits = (expires_at | what) >> packed::BITS == 0;
        fits.then(|| Self::new(id, kind::of(C::STRATEGY), expires_at, what, standing))
    }

    /// A counter that is kept elsewhere, at `index`.
    pub(super) fn spilled(id: Id, index: usize, expires_at: Timestamp, standing: Standing) -> Self {
        let units = expires_at.as_nanos().div_ceil(SPILLED_UNIT).min(NEVER);
        Self::new(id, kind::SPILLED, units, index as u64, standing.packed(spilled_time(units)))
    }

    #[inline]
    fn new(id: Id, kind: u64, when: u64, what: u64, (standing, gap): (u64, u64)) -> Self {
        Self { id, when: when << FLAGS | standing << 4 | kind, what: what << FLAGS | gap }
    }

    #[inline]
    fn kind(&self) -> u64 {
        self.when & kind::MASK
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.kind() == kind::NONE
    }

    /// Whether it holds a counter of that strategy.
    #[inline]
    pub(super) fn holds(&self, strategy: Strategy) -> bool {
        self.kind() == kind::of(strategy)
    }

    /// The counter in it, which is one of that strategy.
    #[inline]
    pub(super) fn counter<C: Packed>(&self, quota: &Quota) -> C {
        C::unpacked(self.when >> FLAGS, self.what >> FLAGS, quota)
    }

    /// The counter, unless it is kept elsewhere.
    pub(super) fn state(&self, quota: &Quota) -> Option<State> {
        const FIXED: u64 = kind::of(Strategy::FixedWindow);
        const SLIDING: u64 = kind::of(Strategy::SlidingWindow);
        const BUCKET: u64 = kind::of(Strategy::TokenBucket);
        match self.kind() {
            FIXED => Some(State::FixedWindow(self.counter::<FixedWindow>(quota))),
            SLIDING => Some(State::SlidingWindow(self.counter::<SlidingWindow>(quota))),
            BUCKET => Some(State::TokenBucket(self.counter::<TokenBucket>(quota))),
            _ => None,
        }
    }

    /// Where the counter is kept, if elsewhere.
    pub(super) fn spilled_to(&self) -> Option<usize> {
        // Indices are those of a vector, so they fit.
        let index = || usize::try_from(self.what >> FLAGS).unwrap_or(usize::MAX);
        (self.kind() == kind::SPILLED).then(index)
    }

    /// When the counter expires.
    #[inline]
    pub(super) fn expires_at(&self) -> Timestamp {
        let when = self.when >> FLAGS;
        if self.kind() == kind::SPILLED { spilled_time(when) } else { Timestamp::from_nanos(when) }
    }

    /// Whether there is a counter that tells nothing any more: it decides as a new one would.
    #[inline]
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        !self.is_empty() && self.expires_at() <= now
    }

    #[inline]
    pub(super) fn standing(&self) -> Standing {
        Standing::unpacked((self.when & STANDING) >> 4, self.what & 255, self.expires_at())
    }

    /// Whether somebody was turned away when the client last came.
    #[inline]
    pub(super) fn was_refused(&self) -> bool {
        self.when & STANDING == REFUSED << 4
    }

    pub(super) fn set_standing(&mut self, standing: Standing) {
        let (code, gap) = standing.packed(self.expires_at());
        self.when = self.when & !STANDING | code << 4;
        self.what = self.what & !255 | gap;
    }
}

fn spilled_time(units: u64) -> Timestamp {
    Timestamp::from_nanos(if units == NEVER { u64::MAX } else { units * SPILLED_UNIT })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Limit, Policy, Strategy};

    fn policy(strategy: Strategy, amount: u64) -> Policy {
        let limit = Limit::new(amount, std::time::Duration::from_mins(1)).expect("a limit");
        Policy::new(Quota::new(limit, strategy), "test", ["counter"])
    }

    #[test]
    fn a_slot_is_half_a_cache_line() {
        assert_eq!((size_of::<Slot>(), align_of::<Slot>()), (32, 32));
    }

    #[test]
    fn what_fits_comes_back_as_it_was() {
        for strategy in [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::TokenBucket] {
            let policy = policy(strategy, 7);
            let (quota, id) = (policy.quota(), Id::new(&policy, &Key::from("alice")));
            let mut state = State::new(strategy);
            for second in [0, 1, 61, 70, 130, 1_000_000] {
                let now = Timestamp::from_nanos(second * 1_000_000_000 + 7);
                let decision = state.acquire(quota, 2, now);
                assert!(decision.is_allowed());
                let slot = Slot::packed(id, &state, quota, Standing::Free(3)).expect("it fits");
                assert_eq!(slot.state(quota), Some(state.clone()), "{strategy} at {second} s");
                assert_eq!(slot.expires_at(), state.expires_at(quota));
                assert_eq!(slot.standing(), Standing::Free(3));
                assert!(!slot.is_empty());
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let late = Timestamp::from_nanos(1 << packed::BITS);
        for (state, amount) in [
            (State::FixedWindow(FixedWindow::new(Timestamp::from_nanos(9), 1 << packed::BITS)), 1),
            (State::FixedWindow(FixedWindow::new(late, 1)), 1),
            (
                State::SlidingWindow(SlidingWindow::new(
                    Timestamp::from_nanos(9),
                    1 << (packed::BITS / 2),
                    0,
                )),
                1,
            ),
            (
                State::SlidingWindow(SlidingWindow::new(
                    Timestamp::from_nanos(9),
                    0,
                    1 << (packed::BITS / 2),
                )),
                1,
            ),
            (State::TokenBucket(TokenBucket::new(late, 0)), 1),
            (State::TokenBucket(TokenBucket::new(Timestamp::from_nanos(9), 1 << packed::BITS)), u64::MAX),
            (State::new(Strategy::MovingWindow), 1),
        ] {
            let policy = policy(Strategy::FixedWindow, amount);
            let id = Id::new(&policy, &Key::global());
            assert!(Slot::packed(id, &state, policy.quota(), Standing::Free(0)).is_none(), "{state:?}");
        }
    }

    #[test]
    fn a_spilled_counter_expires_no_earlier_than_it_should() {
        let policy = policy(Strategy::FixedWindow, 1);
        let id = Id::new(&policy, &Key::global());
        for nanos in [0, 1, 255, 256, 257, 1 << 60, u64::MAX - 1, u64::MAX] {
            let expires_at = Timestamp::from_nanos(nanos);
            let mut slot = Slot::spilled(id, 5, expires_at, Standing::Free(1));
            assert_eq!(slot.spilled_to(), Some(5));
            let longest = expires_at.plus(std::time::Duration::from_nanos(511));
            assert!((expires_at..=longest).contains(&slot.expires_at()), "{nanos} ns");
            slot.set_standing(Standing::Refused(expires_at));
            assert!(slot.was_refused() && slot.spilled_to() == Some(5));
        }
    }
}
