//! What limits have said of a request, and what came of it.

use super::{State, Treatment};
use crate::{Tier, Verdict, observe::Answered};

impl State {
    /// Notes and reports what a limit has decided.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "calls would move keys and verdicts about, 20 instructions each"
    )]
    pub(crate) fn note(&self, verdict: Verdict) {
        if verdict.rule().deduct_when.is_some() {
            self.conditional.set(true);
        }
        verdict.report(self.limiter());
        self.verdicts.borrow_mut().push(verdict);
    }

    /// Whether some of what was charged may be owed for some responses only.
    pub(crate) fn is_conditional(&self) -> bool {
        self.conditional.get()
    }

    /// Notes when the limits were asked, if anybody will want to know: headers tell what is left of waits.
    pub(crate) fn note_judgement(&self, refused: &[Verdict]) {
        if !refused.is_empty() || self.limiter().settings().headers.reports() {
            self.judged_at.set(self.limiter().now());
        }
    }

    /// Whether default limits have charged it.
    pub(crate) fn has_defaults(&self) -> bool {
        let is_default = |verdict: &Verdict| {
            verdict.charged_by().is_some()
                && matches!(verdict.tier(), Tier::Default | Tier::Scope)
                && !verdict.is_shadow()
        };
        self.verdicts.borrow().iter().any(is_default)
    }

    /// What came of the request, now that it has been answered.
    pub(crate) fn answered(&self) -> Answered {
        match self.treatment {
            Treatment::Ignored => Answered::Filtered,
            Treatment::Counted | Treatment::Preflight if self.unavailable.get() => Answered::Unavailable,
            Treatment::Counted | Treatment::Preflight if self.breach.borrow().is_some() => Answered::Refused,
            Treatment::Counted | Treatment::Preflight => Answered::Allowed,
        }
    }

    /// Whether its answer is the limiter's.
    pub(crate) fn is_answered_by_limiter(&self) -> bool {
        self.unavailable.get() || self.breach.borrow().is_some()
    }

    /// The verdict that headers show: the breach's, or the one with the least left; of equals, the
    /// one that takes longest to come back.
    pub(crate) fn look_at_tightest<T>(&self, look: impl FnOnce(&Verdict) -> T) -> Option<T> {
        if let Some(breach) = &*self.breach.borrow() {
            return breach.refused().first().map(look);
        }
        let verdicts = self.verdicts.borrow();
        let enforced = verdicts.iter().filter(|verdict| !verdict.is_shadow());
        let tightest = enforced.min_by_key(|verdict| {
            let decision = verdict.decision();
            (decision.remaining(), std::cmp::Reverse(decision.reset_after()))
        });
        tightest.map(look)
    }
}
