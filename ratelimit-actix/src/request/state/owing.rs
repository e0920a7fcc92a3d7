//! What a request owes as long as no handler is known, and its head, which is kept for as long.

use actix_web::{HttpRequest, dev::ServiceRequest};

use super::{State, Treatment};
use crate::{
    OnError,
    enforcement::{Charge, Charges, Group, Owed, Scope, Scopes},
};

impl State {
    /// Keeps the request's head, if an answer of ours may be needed once routing has the request.
    #[inline]
    pub(crate) fn save_head(&self, request: &ServiceRequest) {
        if self.may_refuse() {
            self.keep_head(request);
        }
    }

    /// The same where it is known to be needed.
    pub(crate) fn keep_head(&self, request: &ServiceRequest) {
        self.head.borrow_mut().get_or_insert_with(|| {
            let mut head = self.plans.take_spare_head();
            head.save(request);
            head
        });
    }

    /// Lets the head go once nothing can refuse the request any more.
    pub(crate) fn forget_head(&self) {
        if !self.may_refuse()
            && let Some(head) = self.head.take()
        {
            self.plans.leave_spare_head(head);
        }
    }

    /// A look-alike of the request, for an answer of ours.
    pub(crate) fn look_alike(&self) -> HttpRequest {
        // Whatever may refuse has saved the head; were it not so, the request is refused all the same.
        self.head.borrow_mut().get_or_insert_default().to_request(self.plans.look_alikes())
    }

    /// Whether tiers that need no handler may yet refuse this request.
    #[inline]
    fn may_refuse(&self) -> bool {
        let owes = || self.undecorated.borrow().as_ref().is_some_and(|owed| !owed.is_empty());
        (self.is_undecided() && owes()) || !self.scopes.borrow().is_empty()
    }

    /// Whether the tiers that need no handler are still to be asked.
    pub(crate) fn is_undecided(&self) -> bool {
        self.treatment == Treatment::Counted && !self.decided.get()
    }

    /// Notes that the tiers that need no handler have been asked.
    pub(crate) fn set_decided(&self) {
        self.decided.set(true);
    }

    /// Whether something is owed that nobody has been asked for.
    pub(crate) fn is_unasked(&self) -> bool {
        !self.decided.get() || !self.scopes.borrow().is_empty()
    }

    /// Notes what an undecorated route would owe.
    pub(crate) fn owe(&self, undecorated: Owed) {
        self.undecorated.replace(Some(undecorated));
    }

    /// Turns the request away: what it owes could not be found out.
    pub(crate) fn turn_away(&self) {
        let mut owed = Owed::default();
        owed.application_mut().fail(OnError::Closed);
        self.owe(owed);
    }

    /// Whether nothing is owed as long as no handler is known but default limits: no other tier that needs none
    /// holds for the request, and it is in no scope that has limits.
    pub(crate) fn owes_at_most_defaults(&self) -> bool {
        let to_app = |owed: &Owed| owed.is_to_app();
        self.is_undecided()
            && !self.undecorated.borrow().as_ref().is_some_and(to_app)
            && self.scopes.borrow().is_empty()
    }

    /// What the tiers that need no handler are to be asked for, if that is one plain charge: see
    /// [`take_undecorated`](Self::take_undecorated).
    pub(crate) fn take_only_charge(&self) -> Option<Charge> {
        if self.decided.get() || !self.scopes.borrow().is_empty() {
            return None;
        }
        let charge = self.undecorated.borrow_mut().as_mut()?.take_only()?;
        self.decided.set(true);
        Some(charge)
    }

    /// What the tiers that need no handler are to be asked for; `None` if somebody has taken it before,
    /// and so has asked them.
    pub(crate) fn take_undecorated(&self) -> Option<Owed> {
        if self.decided.replace(true) {
            return None;
        }
        let owed = self.undecorated.take().unwrap_or_default();
        if let Some(rare) = owed.meta().and_then(Group::rare) {
            self.metas.replace(Some(rare.meta.clone()));
        }
        Some(owed)
    }

    /// Notes that the tiers that need no handler need not be asked: they come to default limits at most, and these don't
    /// hold.
    pub(crate) fn forget_undecorated(&self) {
        self.decided.set(true);
        *self.undecorated.borrow_mut() = None;
    }

    /// The limiter's meta limits, which are counted on once.
    pub(crate) fn take_metas(&self) -> Charges {
        self.metas.take().unwrap_or_default()
    }

    /// How many scopes with limits it had entered before this one.
    pub(crate) fn count_scope(&self) -> usize {
        let before = self.scopes_entered.get();
        self.scopes_entered.set(before + 1);
        before
    }

    /// Notes what is owed to a scope that the request has entered.
    pub(crate) fn enter_scope(&self, scope: Scope) {
        self.scopes.borrow_mut().enter(scope);
    }

    /// The scopes entered since they were last taken.
    pub(crate) fn take_scopes(&self) -> Scopes {
        self.scopes.take()
    }
}
