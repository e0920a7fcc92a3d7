//! One counter in 32 bytes, two of which share a cache line.

use super::{
    id::Id,
    packed::{Pack, Packed, Taken},
    standing::{self, REFUSED, Standing},
};
use crate::{Policy, Quota, Timestamp, policy::Tag, strategy::State};

/// A place in the table: empty, or one counter. The key itself is not kept.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Slot {
    /// Where it stands; empty slots are after all others.
    place: u64,
    /// The policy's tag, and in its free bits the client's standing and the [kind](kind) of counter. They seldom
    /// change, so what a hit does to the other two need not wait for them, nor the next hit for this one.
    whose: u64,
    /// In nanoseconds.
    expires_at: u64,
    what: u64,
}

/// What a slot holds, in three bits.
pub(super) mod kind {
    use crate::Strategy;

    pub(super) const NONE: u64 = 0;
    /// What doesn't fit is kept elsewhere: logs, and sliding windows of billions.
    pub(super) const SPILLED: u64 = 1;
    pub(super) const MASK: u64 = 7;

    /// The others are of a strategy each.
    pub(super) const FIXED: u64 = of(Strategy::FixedWindow);
    pub(super) const SLIDING: u64 = of(Strategy::SlidingWindow);
    pub(super) const BUCKET: u64 = of(Strategy::TokenBucket);

    /// A counter of that strategy.
    pub(super) const fn of(strategy: Strategy) -> u64 {
        2 + strategy as u64
    }
}

/// Where the standing begins, after the kind.
const STANDING: u32 = 3;
const _: () = assert!(1 << (STANDING + standing::BITS) == Tag::FREE + 1);

impl Slot {
    pub(super) const EMPTY: Self = Self { place: u64::MAX, whose: kind::NONE, expires_at: 0, what: 0 };

    /// A counter that fits; `None` if it doesn't.
    pub(super) fn packed(id: Id, state: &State, quota: &Quota, standing: Standing) -> Option<Self> {
        match state {
            State::FixedWindow(window) => Self::holding(id, window, quota, standing),
            State::SlidingWindow(windows) => Self::holding(id, windows, quota, standing),
            State::TokenBucket(bucket) => Self::holding(id, bucket, quota, standing),
            State::MovingWindow(_) => None,
        }
    }

    fn holding<C: Pack>(id: Id, counter: &C, quota: &Quota, standing: Standing) -> Option<Self> {
        Some(Self::new(id, kind::of(C::STRATEGY), counter.packed(quota)?, standing))
    }

    /// A counter that is kept elsewhere, at `index`.
    pub(super) fn spilled(id: Id, index: usize, expires_at: Timestamp, standing: Standing) -> Self {
        let packed = Packed { expires_at: expires_at.as_nanos(), what: index as u64 };
        Self::new(id, kind::SPILLED, packed, standing)
    }

    fn new(id: Id, kind: u64, packed: Packed, standing: Standing) -> Self {
        let Packed { expires_at, what } = packed;
        let whose = id.policy.bits() | standing.packed(expires_at) << STANDING | kind;
        Self { place: id.place, whose, expires_at, what }
    }

    #[inline]
    pub(super) fn place(&self) -> u64 {
        self.place
    }

    #[inline]
    pub(super) fn id(&self) -> Id {
        Id { place: self.place, policy: Tag::in_bits(self.whose) }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.whose & kind::MASK == kind::NONE
    }

    /// The policy's counter under that strategy, unless it is another or its client was turned away when it last came.
    #[inline]
    pub(super) fn unrefused<C: Pack>(&self, policy: Tag) -> Option<Packed> {
        let is_it = self.whose & !((REFUSED - 1) << STANDING) == whose::<C>(policy);
        is_it.then_some(Packed { expires_at: self.expires_at, what: self.what })
    }

    /// Keeps what was taken from the counter that [`unrefused`](Self::unrefused) answered.
    #[inline]
    pub(super) fn keep<C: Pack>(&mut self, policy: &Policy, taken: &Taken) {
        Packed { expires_at: self.expires_at, what: self.what } = taken.packed;
        let standing = Standing::Free(policy.quota().eighths(taken.used));
        let whose = whose::<C>(policy.tag()) | standing.packed(self.expires_at) << STANDING;
        if self.whose != whose {
            self.whose = whose;
        }
    }

    /// The counter, which is one of that strategy.
    fn counter<C: Pack>(&self, quota: &Quota) -> C {
        C::unpacked(Packed { expires_at: self.expires_at, what: self.what }, quota)
    }

    /// The counter, unless it is kept elsewhere.
    pub(super) fn state(&self, quota: &Quota) -> Option<State> {
        match self.whose & kind::MASK {
            kind::FIXED => Some(State::FixedWindow(self.counter(quota))),
            kind::SLIDING => Some(State::SlidingWindow(self.counter(quota))),
            kind::BUCKET => Some(State::TokenBucket(self.counter(quota))),
            _ => None,
        }
    }

    /// Where the counter is kept, if elsewhere.
    pub(super) fn spilled_to(&self) -> Option<usize> {
        // Indices are those of a vector, so they fit.
        let index = || usize::try_from(self.what).unwrap_or(usize::MAX);
        (self.whose & kind::MASK == kind::SPILLED).then(index)
    }

    /// When the counter expires.
    pub(super) fn expires_at(&self) -> Timestamp {
        Timestamp::from_nanos(self.expires_at)
    }

    /// Whether there is a counter that tells nothing any more: it decides as a new one would.
    #[inline]
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        !self.is_empty() && self.expires_at <= now.as_nanos()
    }

    pub(super) fn standing(&self) -> Standing {
        Standing::unpacked((self.whose & Tag::FREE) >> STANDING, self.expires_at)
    }

    pub(super) fn set_standing(&mut self, standing: Standing) {
        let kept = self.whose & !(Tag::FREE & !kind::MASK);
        self.whose = kept | standing.packed(self.expires_at) << STANDING;
    }
}

/// The tag and the kind of a counter.
#[inline]
fn whose<C: Pack>(policy: Tag) -> u64 {
    policy.bits() | kind::of(C::STRATEGY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Limit, Policy, Strategy, strategy::SlidingWindow};

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
        let (at, end) = (Timestamp::from_nanos(9), Timestamp::from_nanos(u64::MAX));
        for state in [
            State::SlidingWindow(SlidingWindow::new(at, 1 << 32, 0)),
            State::SlidingWindow(SlidingWindow::new(at, 0, 1 << 32)),
            State::SlidingWindow(SlidingWindow::new(end, 1, 0)),
            State::new(Strategy::MovingWindow),
        ] {
            let policy = policy(Strategy::SlidingWindow, 1);
            let id = Id::new(&policy, &Key::global());
            assert!(Slot::packed(id, &state, policy.quota(), Standing::Free(0)).is_none(), "{state:?}");
        }
    }

    #[test]
    fn a_standing_changes_nothing_else() {
        let policy = policy(Strategy::FixedWindow, 1);
        let id = Id::new(&policy, &Key::global());
        let expires_at = Timestamp::from_nanos(1 << 40);
        let mut slot = Slot::spilled(id, 5, expires_at, Standing::Free(8));
        for standing in [Standing::Refused(expires_at), Standing::Free(0), Standing::Exhausted(expires_at)] {
            slot.set_standing(standing);
            assert_eq!(slot.standing(), standing);
            assert_eq!((slot.id(), slot.spilled_to(), slot.expires_at()), (id, Some(5), expires_at));
        }
    }
}
