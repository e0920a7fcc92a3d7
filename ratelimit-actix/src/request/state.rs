//! What is known of one request while it goes through the app.

use std::{
    cell::{Cell, OnceCell, RefCell},
    fmt, iter,
    rc::Rc,
};

use actix_web::{HttpMessage, HttpRequest, dev::ServiceRequest};
use ratelimit_core::{Key, Timestamp};
use smallvec::SmallVec;

use super::{LimitInfo, SavedHead, StatePool};
use crate::{
    Breach, Limiter, OnError, Tier, Verdict,
    enforcement::{Charge, Charges, Group, Owed, Plans, Scope, Scopes},
    observe::Answered,
};

/// What a limiter does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    Counted,
    /// A CORS preflight: it owes nothing but to a decorated handler that it reaches all the same.
    Preflight,
    /// The limiter is off, or a request filter lets this one pass.
    Ignored,
}

/// One request's way through one limiter: made by the middleware, found by handlers through the
/// request's extensions.
pub(crate) struct State {
    pub(crate) plans: Rc<Plans>,
    /// The state of another limiter further out in the same app.
    pub(crate) outer: Option<Rc<Self>>,
    pub(crate) treatment: Treatment,
    /// Routing has chosen a decorated handler, which asks its limits itself.
    selected: Cell<bool>,
    /// An `around` middleware further in takes over the decision.
    deferred: Cell<bool>,
    /// The tiers that need no handler have been asked.
    decided: Cell<bool>,
    /// It has been handled without the storage, and has been counted as such.
    without_storage: Cell<bool>,
    around_another: Cell<bool>,
    client: OnceCell<Key>,
    head: RefCell<Option<Box<SavedHead>>>,
    /// The limiter's meta limits, which a refusal counts on.
    metas: RefCell<Option<Charges>>,
    /// How many scopes with limits it has entered.
    scopes_entered: Cell<usize>,
    /// What an undecorated route would be charged.
    undecorated: RefCell<Option<Owed>>,
    /// No route's pattern fits the path.
    unmatched: Cell<bool>,
    /// The scopes with limits that it has entered and nobody has asked yet.
    scopes: RefCell<Scopes>,
    pub(crate) verdicts: RefCell<SmallVec<[Verdict; 1]>>,
    /// Some of what is charged may be owed for some responses only.
    conditional: Cell<bool>,
    /// When the last verdict was given.
    pub(crate) judged_at: Cell<Timestamp>,
    pub(crate) breach: RefCell<Option<Breach>>,
    /// The storage failed, and the request has been turned away for it.
    pub(crate) unavailable: Cell<bool>,
}

impl State {
    /// The state of `request` under the limiter nearest to its handler.
    #[inline]
    pub(crate) fn innermost(request: &HttpRequest) -> Option<Rc<Self>> {
        request.extensions().get::<LimitInfo>().map(|info| Rc::clone(info.state()))
    }

    /// This request's state under `limiter`, which is this one's or further out, if the limiter has seen it.
    pub(crate) fn under(self: &Rc<Self>, limiter: &Limiter) -> Option<&Rc<Self>> {
        iter::successors(Some(self), |state| state.outer.as_ref()).find(|state| state.limiter().is(limiter))
    }

    /// Begins with a request that this limiter has not seen, and others maybe: the `outer` state. Puts its
    /// [`LimitInfo`] into the request's extensions.
    pub(crate) fn begin(
        plans: &Rc<Plans>,
        pool: &StatePool,
        request: &HttpRequest,
        outer: Option<Rc<Self>>,
        treatment: Treatment,
    ) -> Rc<Self> {
        if let Some(outer) = &outer {
            outer.around_another.set(true);
        }
        let mut state = pool.take().unwrap_or_else(|| Rc::new(Self::new(plans)));
        match Rc::get_mut(&mut state) {
            Some(state) => (state.outer, state.treatment) = (outer, treatment),
            // Nobody else has one that is new or from the pool.
            None => state = Rc::new(Self { outer, treatment, ..Self::new(plans) }),
        }
        request.extensions_mut().insert(LimitInfo::new(Rc::clone(&state)));
        state
    }

    fn new(plans: &Rc<Plans>) -> Self {
        Self {
            plans: Rc::clone(plans),
            outer: None,
            treatment: Treatment::Ignored,
            selected: Cell::new(false),
            deferred: Cell::new(false),
            decided: Cell::new(false),
            without_storage: Cell::new(false),
            around_another: Cell::new(false),
            client: OnceCell::new(),
            head: RefCell::default(),
            metas: RefCell::default(),
            scopes_entered: Cell::default(),
            undecorated: RefCell::default(),
            unmatched: Cell::new(false),
            scopes: RefCell::default(),
            verdicts: RefCell::default(),
            conditional: Cell::new(false),
            judged_at: Cell::default(),
            breach: RefCell::default(),
            unavailable: Cell::new(false),
        }
    }

    /// Forgets the request, so that the state can be another's. All fields are named, so that none is forgotten.
    pub(super) fn forget(&mut self) {
        let Self {
            plans: _,
            outer,
            treatment,
            selected,
            deferred,
            decided,
            without_storage,
            around_another,
            client,
            head,
            metas,
            scopes_entered,
            undecorated,
            unmatched,
            scopes,
            verdicts,
            conditional,
            judged_at,
            breach,
            unavailable,
        } = self;
        *outer = None;
        *treatment = Treatment::Ignored;
        for flag in [selected, deferred, decided, without_storage, around_another, unmatched] {
            flag.set(false);
        }
        conditional.set(false);
        unavailable.set(false);
        client.take();
        *head.get_mut() = None;
        *metas.get_mut() = None;
        scopes_entered.set(0);
        *undecorated.get_mut() = None;
        scopes.get_mut().clear();
        verdicts.get_mut().clear();
        judged_at.set(Timestamp::default());
        *breach.get_mut() = None;
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        self.plans.limiter()
    }

    /// The client's address as a key: the default one, and what other keys fall back to.
    pub(crate) fn client(&self, request: &HttpRequest) -> &Key {
        self.client.get_or_init(|| {
            let addresses = &self.limiter().settings().addresses;
            let peer = request.peer_addr().map(|peer| peer.ip());
            addresses.key(addresses.client(peer, request.headers()))
        })
    }

    /// The same, to be kept by the caller. Where it is the peer's address, to make it takes less than to keep and
    /// copy it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "calls would move keys and verdicts about, 20 instructions each"
    )]
    pub(crate) fn client_key(&self, request: &HttpRequest) -> Key {
        let addresses = &self.limiter().settings().addresses;
        if addresses.has_proxies() {
            return self.client(request).clone();
        }
        addresses.key(request.peer_addr().map(|peer| peer.ip()))
    }

    /// Whether another limiter further in has the request too.
    pub(crate) fn is_around_another(&self) -> bool {
        self.around_another.get()
    }

    /// Keeps the request's head, if an answer of ours may be needed once routing has the request.
    #[inline]
    pub(crate) fn save_head(&self, request: &ServiceRequest) {
        if self.may_refuse() {
            let mut saved = self.head.borrow_mut();
            saved.get_or_insert_with(|| {
                let mut head = self.plans.take_spare_head();
                head.save(request);
                head
            });
        }
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

    /// Notes that routing has chosen a decorated handler.
    pub(crate) fn select(&self) {
        self.selected.set(true);
    }

    pub(crate) fn is_selected(&self) -> bool {
        self.selected.get()
    }

    /// Leaves the decision to the limiter's service inside an `around` middleware, or takes it over.
    pub(crate) fn set_deferred(&self, deferred: bool) {
        self.deferred.set(deferred);
    }

    pub(crate) fn is_deferred(&self) -> bool {
        self.deferred.get()
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

    /// Whether this is the first time that the storage has been done without.
    pub(crate) fn is_first_without_storage(&self) -> bool {
        !self.without_storage.replace(true)
    }

    /// Whether tiers that need no handler may yet refuse this request.
    #[inline]
    fn may_refuse(&self) -> bool {
        let owes = || self.undecorated.borrow().as_ref().is_some_and(|owed| !owed.is_empty());
        (self.is_undecided() && owes()) || !self.scopes.borrow().is_empty()
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

    /// Notes whether no route's pattern fits the path.
    pub(crate) fn set_unmatched(&self, unmatched: bool) {
        self.unmatched.set(unmatched);
    }

    pub(crate) fn is_unmatched(&self) -> bool {
        self.unmatched.get()
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

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("treatment", &self.treatment)
            .field("verdicts", &self.verdicts)
            .field("breach", &self.breach)
            .finish_non_exhaustive()
    }
}
