//! What is known of one request while it goes through the app.

mod owing;
mod verdicts;

use std::{
    cell::{Cell, OnceCell, RefCell},
    fmt, iter,
    rc::Rc,
};

use actix_web::{HttpMessage, HttpRequest};
use ratelimit_core::{Key, Timestamp};
use smallvec::SmallVec;

use super::{LimitInfo, SavedHead, StatePool};
use crate::{
    Breach, Limiter, Verdict,
    enforcement::{Charges, Owed, Plans, Scopes},
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

    /// Whether this is the first time that the storage has been done without.
    pub(crate) fn is_first_without_storage(&self) -> bool {
        !self.without_storage.replace(true)
    }

    /// Notes whether no route's pattern fits the path.
    pub(crate) fn set_unmatched(&self, unmatched: bool) {
        self.unmatched.set(unmatched);
    }

    pub(crate) fn is_unmatched(&self) -> bool {
        self.unmatched.get()
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
