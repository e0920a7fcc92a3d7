//! Counters made once and used for every request: what the settings and the attributes come to.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    fmt,
    hash::{Hash, Hasher},
    rc::Rc,
    sync::Arc,
};

use super::{
    cache::{Asked, Found, PathCache, Quick},
    identity::Place,
    planned::{Planned, plan},
};
use crate::{
    Limiter, Rule, Tier,
    request::{LookAlikes, SavedHead},
    route::Route,
    rule::Rules,
};

/// One worker's counters. They are made when first needed, kept for the worker's life, and bounded by the
/// app's routes, the nine method names that counters tell apart and, where functions find the limits,
/// `MAX_FOUND`.
pub(crate) struct Plans {
    limiter: Limiter,
    /// Of the app and of handlers: rules that have one place.
    planned: RefCell<HashMap<RulesAndMethod, Rc<[Planned]>, Quick>>,
    /// Of handlers, in front of that: by the handler's number, what was asked for last and under which method. To
    /// look it up in the map takes a hundred instructions.
    handlers: RefCell<Vec<Option<OfMethod>>>,
    /// Of routes' patterns.
    patterns: RefCell<HashMap<RulesAndMethod, Patterns>>,
    paths: RefCell<PathCache>,
    look_alikes: OnceCell<LookAlikes>,
    /// Room for the next request's head.
    spare_head: Cell<Option<Box<SavedHead>>>,
    /// Routes warned of once: see [`Plans::first_late`].
    late: RefCell<HashSet<*const Route>>,
}

/// Rules, by their address, which is theirs alone as long as the limiter or the handler lives, and a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RulesAndMethod {
    rules: *const Arc<Rule>,
    tier: Tier,
    method: &'static str,
}

/// By the address alone, nearly: rules have one tier, and few methods.
impl Hash for RulesAndMethod {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.rules.addr() ^ self.method.len());
    }
}

/// A method, and what rules come to for it.
type OfMethod = (&'static str, Rc<[Planned]>);

/// What the same rules come to at each pattern.
type Patterns = HashMap<Place, Rc<[Planned]>>;

impl Plans {
    pub(crate) fn new(limiter: Limiter) -> Self {
        Self {
            limiter,
            planned: RefCell::default(),
            handlers: RefCell::default(),
            patterns: RefCell::default(),
            paths: RefCell::default(),
            look_alikes: OnceCell::new(),
            spare_head: Cell::default(),
            late: RefCell::default(),
        }
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// What `rules` of a tier come to at the one place that they have, for requests counted under `method`.
    pub(super) fn planned(
        &self,
        tier: Tier,
        rules: &Rules,
        place: &Place,
        method: &'static str,
    ) -> Rc<[Planned]> {
        let key = RulesAndMethod { rules: rules.as_ptr(), tier, method };
        if let Some(planned) = self.planned.borrow().get(&key) {
            return Rc::clone(planned);
        }
        let made = plan(&self.limiter, tier, rules, place, method);
        self.planned.borrow_mut().insert(key, Rc::clone(&made));
        made
    }

    /// What the rules of a handler come to, for requests counted under `method`.
    #[inline]
    pub(super) fn planned_for_handler(&self, route: &'static Route, method: &'static str) -> Rc<[Planned]> {
        if let Some(Some((asked, planned))) = self.handlers.borrow().get(route.number)
            // By address: were one method's name to have two, it would be looked up in the map.
            && std::ptr::eq(*asked, method)
        {
            return Rc::clone(planned);
        }
        self.look_up_handler(route, method)
    }

    #[cold]
    fn look_up_handler(&self, route: &'static Route, method: &'static str) -> Rc<[Planned]> {
        let planned = self.planned(Tier::Route, &route.rules, &Place::Handler(route.handler), method);
        let mut handlers = self.handlers.borrow_mut();
        if handlers.len() <= route.number {
            handlers.resize_with(route.number + 1, || None);
        }
        handlers[route.number] = Some((method, Rc::clone(&planned)));
        planned
    }

    /// What `rules` of default limits, or of a scope that `depth` others stand around, come to for a `path`, whose
    /// pattern can be asked for, and for requests counted under `method` if they match a route.
    pub(super) fn planned_for_path(
        &self,
        rules: &Rules,
        depth: Option<usize>,
        method: &'static str,
        path: &str,
        pattern: impl FnOnce() -> Option<String>,
    ) -> Found {
        let asked = Asked { rules: rules.as_ptr(), depth, method, path };
        if let Some(found) = self.paths.borrow().get(&asked) {
            return found.clone();
        }
        self.look_up_path(rules, &asked, pattern)
    }

    #[inline(never)]
    fn look_up_path(
        &self,
        rules: &Rules,
        asked: &Asked<'_>,
        pattern: impl FnOnce() -> Option<String>,
    ) -> Found {
        let found = self.planned_for_pattern(rules, asked.depth, asked.method, pattern());
        self.paths.borrow_mut().insert(asked, found.clone());
        found
    }

    /// The same for a pattern that is known; `None` is that of requests that match no route.
    pub(super) fn planned_for_pattern(
        &self,
        rules: &Rules,
        depth: Option<usize>,
        method: &'static str,
        pattern: Option<String>,
    ) -> Found {
        let unmatched = pattern.is_none();
        let (tier, place) = match depth {
            None => (Tier::Default, Place::Pattern(pattern)),
            Some(depth) => (Tier::Scope, Place::Scope(depth, pattern)),
        };
        // Requests that match no route share one counter, whatever their method.
        let method = if unmatched { "" } else { method };
        Found { planned: self.planned_at(tier, rules, place, method), unmatched }
    }

    fn planned_at(&self, tier: Tier, rules: &Rules, place: Place, method: &'static str) -> Rc<[Planned]> {
        let mut patterns = self.patterns.borrow_mut();
        let patterns = patterns.entry(RulesAndMethod { rules: rules.as_ptr(), tier, method }).or_default();
        if let Some(planned) = patterns.get(&place) {
            return Rc::clone(planned);
        }
        let made = plan(&self.limiter, tier, rules, &place, method);
        patterns.insert(place, Rc::clone(&made));
        made
    }

    pub(crate) fn look_alikes(&self) -> &LookAlikes {
        self.look_alikes.get_or_init(LookAlikes::new)
    }

    /// Room for a request's head: what another request has left, if there is any.
    pub(crate) fn take_spare_head(&self) -> Box<SavedHead> {
        self.spare_head.take().unwrap_or_default()
    }

    /// Leaves the room of a head that is not needed any more.
    pub(crate) fn leave_spare_head(&self, mut head: Box<SavedHead>) {
        head.clear();
        self.spare_head.set(Some(head));
    }

    /// Whether this is the first time that `route` was known too late.
    pub(crate) fn first_late(&self, route: &'static Route) -> bool {
        self.late.borrow_mut().insert(route)
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plans").field("limiter", &self.limiter).finish_non_exhaustive()
    }
}
