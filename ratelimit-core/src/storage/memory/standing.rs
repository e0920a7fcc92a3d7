//! How a client stands with its counter: what decides who makes room in a full table.

use crate::{Decision, Quota, Timestamp};

/// How a client stands with its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Something is left to take; this many eighths are used.
    Free(u8),
    /// Nothing is left until then, but nobody was turned away.
    Exhausted(Timestamp),
    /// Somebody was turned away, and rightly so until then.
    Refused(Timestamp),
}

impl Standing {
    /// How a client of `quota` stands that was left with what `decision` says.
    #[inline]
    pub(super) fn after_taking(decision: &Decision, quota: &Quota, now: Timestamp) -> Self {
        if decision.remaining() == 0 {
            return Self::Exhausted(now.plus(decision.reset_after()));
        }
        Self::Free(quota.eighths(decision.limit() - decision.remaining()))
    }

    /// Whether the client is being refused.
    pub(super) fn is_refused(self, now: Timestamp) -> bool {
        matches!(self, Self::Refused(until) if until > now)
    }

    /// In [`BITS`]: what it is, and if it ends how long before `expires_at`, as a [`coarse`] time.
    #[inline]
    pub(super) fn packed(self, expires_at: u64) -> u64 {
        let gap = |until: Timestamp| coarse(expires_at.saturating_sub(until.as_nanos())) << 5;
        match self {
            Self::Free(used) => used.into(),
            Self::Exhausted(until) => EXHAUSTED | gap(until),
            Self::Refused(until) => REFUSED | gap(until),
        }
    }

    /// What [`packed`](Self::packed) was made of; it may end a little later.
    pub(super) fn unpacked(bits: u64, expires_at: u64) -> Self {
        let until = Timestamp::from_nanos(expires_at.saturating_sub(fine(bits >> 5 & 255)));
        match bits & 31 {
            EXHAUSTED => Self::Exhausted(until),
            REFUSED => Self::Refused(until),
            #[expect(clippy::cast_possible_truncation, reason = "5 bits")]
            used => Self::Free(used as u8),
        }
    }
}

/// How many bits a standing takes.
pub(super) const BITS: u32 = 13;
/// After the eighths.
const EXHAUSTED: u64 = 9;
/// This bit says so alone.
pub(super) const REFUSED: u64 = 16;

/// A time in 8 bits, at most a fifth too short: its highest bit's place, and the two bits after that one.
#[inline]
fn coarse(nanos: u64) -> u64 {
    if nanos < 4 {
        return nanos;
    }
    let exponent = u64::from(nanos.ilog2());
    (exponent - 1) << 2 | nanos >> (exponent - 2) & 3
}

/// The least time of that code.
fn fine(code: u64) -> u64 {
    if code < 4 { code } else { (4 | code & 3) << ((code >> 2) - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_time_is_never_too_long_and_not_much_too_short() {
        for shift in 0..64 {
            for nanos in [1 << shift, (1 << shift) + (1 << shift) / 3, u64::MAX >> shift] {
                let code = coarse(nanos);
                assert!(code < 256);
                let fine = fine(code);
                assert!(fine <= nanos && nanos - fine <= nanos / 5, "{nanos} became {fine}");
            }
        }
        assert_eq!(fine(coarse(0)), 0);
    }

    #[test]
    fn a_standing_comes_back_and_ends_no_earlier() {
        let at = Timestamp::from_nanos;
        let expires_at = 1_000_000;
        for standing in [Standing::Free(0), Standing::Free(8), Standing::Exhausted(at(expires_at))] {
            let bits = standing.packed(expires_at);
            assert!(bits >> BITS == 0 && bits & REFUSED == 0);
            assert_eq!(Standing::unpacked(bits, expires_at), standing);
        }
        let bits = Standing::Refused(at(400_000)).packed(expires_at);
        assert!(bits >> BITS == 0 && bits & REFUSED != 0);
        let Standing::Refused(until) = Standing::unpacked(bits, expires_at) else { panic!("refused") };
        assert!(until >= at(400_000) && until <= at(520_000), "{until:?}");
    }
}
