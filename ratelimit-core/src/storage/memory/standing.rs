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
        let gap = |until: Timestamp| expires_at.saturating_sub(until.as_nanos());
        match self {
            Self::Free(used) => used.into(),
            Self::Exhausted(until) => EXHAUSTED | coarse(gap(until), ROUGH) << EXHAUSTED_BITS,
            Self::Refused(until) => REFUSED | coarse(gap(until), CLOSE),
        }
    }

    /// What [`packed`](Self::packed) was made of; it may end a little later.
    pub(super) fn unpacked(bits: u64, expires_at: u64) -> Self {
        let until = |gap| Timestamp::from_nanos(expires_at.saturating_sub(gap));
        if bits & REFUSED != 0 {
            return Self::Refused(until(fine(bits & !REFUSED, CLOSE)));
        }
        match bits & 15 {
            EXHAUSTED => Self::Exhausted(until(fine(bits >> EXHAUSTED_BITS, ROUGH))),
            #[expect(clippy::cast_possible_truncation, reason = "4 bits")]
            used => Self::Free(used as u8),
        }
    }

    /// The same standing, ending earlier rather than later: for one that is packed again and again.
    pub(super) fn shortened(self, expires_at: Timestamp) -> Self {
        match self {
            Self::Refused(until) => {
                let gap = expires_at.as_nanos().saturating_sub(until.as_nanos());
                Self::Refused(Timestamp::from_nanos(
                    expires_at.as_nanos().saturating_sub(gap + (gap >> CLOSE)),
                ))
            }
            other => other,
        }
    }
}

/// How many bits a standing takes.
pub(super) const BITS: u32 = 13;
/// After the eighths.
const EXHAUSTED: u64 = 9;
const EXHAUSTED_BITS: u32 = 4;
/// This bit says so alone; the others tell until when.
pub(super) const REFUSED: u64 = 1 << 12;

/// How many bits of a coarse time are kept after the highest: as many as there is room for.
const ROUGH: u32 = 2;
const CLOSE: u32 = 6;

/// A time of which `kept` bits are kept after its highest: at most 1 in 2^`kept` too short. In 6 bits more than that.
#[inline]
fn coarse(nanos: u64, kept: u32) -> u64 {
    if nanos >> kept == 0 {
        return nanos;
    }
    let exponent = nanos.ilog2();
    let shift = exponent - kept;
    u64::from(shift + 1) << kept | nanos >> shift & ((1 << kept) - 1)
}

/// The least time of that code.
fn fine(code: u64, kept: u32) -> u64 {
    let exponent = code >> kept;
    if exponent == 0 { code } else { (1 << kept | code & ((1 << kept) - 1)) << (exponent - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_time_is_never_too_long_and_not_much_too_short() {
        for kept in [ROUGH, CLOSE] {
            for shift in 0..64 {
                for nanos in [1 << shift, (1 << shift) + (1 << shift) / 3, u64::MAX >> shift] {
                    let code = coarse(nanos, kept);
                    assert!(code >> (kept + 6) == 0, "{nanos} in {code}");
                    let fine = fine(code, kept);
                    assert!(fine <= nanos && nanos - fine <= nanos >> kept, "{nanos} became {fine}");
                }
            }
            assert_eq!(fine(coarse(0, kept), kept), 0);
        }
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
        assert!(until >= at(400_000) && until <= at(410_000), "{until:?}");
    }
}
