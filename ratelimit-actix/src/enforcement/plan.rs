//! Policies made once and used for every request: what the settings and the attributes come to.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use ratelimit_core::{LimitSet, Policy, Quota};

use crate::{
    Limiter,
    route::{Route, RouteLimit},
};

/// The policies of one limit string, ready to be charged.
pub(crate) type Policies = Rc<[Rc<Policy>]>;

/// One worker's policies. They are made when first needed, kept for the worker's life, and bounded
/// by the app's routes and the nine method names that counters tell apart.
#[derive(Debug)]
pub(crate) struct Plans {
    limiter: Limiter,
    application: Policies,
    /// By route pattern and method; the pattern is `None` for requests that match no route.
    defaults: RefCell<HashMap<Option<String>, HashMap<&'static str, Policies>>>,
    routes: RefCell<HashMap<RouteAndMethod, Rc<[PlannedLimit]>>>,
    /// Routes warned of once: see [`Plans::first_late`].
    late: RefCell<HashSet<*const Route>>,
}

/// A handler's attributes, by their address, which is theirs alone, and a method.
type RouteAndMethod = (*const Route, &'static str);

/// One `#[limit]` of a handler and its policies.
#[derive(Debug)]
pub(crate) struct PlannedLimit {
    pub(crate) declared: &'static RouteLimit,
    pub(crate) policies: Policies,
}

impl Plans {
    pub(crate) fn new(limiter: Limiter) -> Self {
        let application =
            shared_policies(&limiter, limiter.settings().application_limits.as_ref(), &["application"]);
        Self {
            limiter,
            application,
            defaults: RefCell::default(),
            routes: RefCell::default(),
            late: RefCell::default(),
        }
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    /// The application limits.
    pub(crate) fn application(&self) -> Policies {
        Rc::clone(&self.application)
    }

    /// The default limits of a route pattern and method.
    pub(crate) fn defaults(&self, pattern: Option<String>, method: &'static str) -> Policies {
        let Some(limits) = &self.limiter.settings().default_limits else {
            return Policies::default();
        };
        let mut defaults = self.defaults.borrow_mut();
        // Requests that match no route share one counter, whatever their method.
        let method = if pattern.is_some() { method } else { "" };
        if let Some(policies) = defaults.get(&pattern).and_then(|methods| methods.get(method)) {
            return Rc::clone(policies);
        }
        let path = ["default", method, pattern.as_deref().unwrap_or("")];
        let policies = shared_policies(&self.limiter, Some(limits), &path);
        defaults.entry(pattern).or_default().insert(method, Rc::clone(&policies));
        policies
    }

    /// The limits of a handler, for requests counted under `method`.
    pub(crate) fn route(&self, route: &'static Route, method: &'static str) -> Rc<[PlannedLimit]> {
        let mut routes = self.routes.borrow_mut();
        let planned = routes
            .entry((std::ptr::from_ref(route), method))
            .or_insert_with(|| plan(&self.limiter, route, method));
        Rc::clone(planned)
    }

    /// Whether this is the first time that `route` was known too late.
    pub(crate) fn first_late(&self, route: &'static Route) -> bool {
        self.late.borrow_mut().insert(route)
    }
}

/// Policies for limits of the limiter's own strategy.
fn shared_policies(limiter: &Limiter, limits: Option<&LimitSet>, path: &[&str]) -> Policies {
    let settings = limiter.settings();
    let limits: &[_] = limits.map_or(&[], |limits| limits);
    let mut seen = Occurrences::default();
    limits
        .iter()
        .map(|limit| {
            let quota = Quota::new(*limit, settings.strategy);
            let occurrence = seen.next(Vec::new(), &quota);
            let path = path.iter().copied().chain([occurrence.as_str()]);
            Rc::new(Policy::new(quota, &settings.namespace, path))
        })
        .collect()
}

/// The policies of a handler's attributes; a limit that is named twice counts once.
fn plan(limiter: &Limiter, route: &'static Route, method: &'static str) -> Rc<[PlannedLimit]> {
    let mut seen = Occurrences::default();
    let mut known: HashMap<(Vec<String>, Quota), Rc<Policy>> = HashMap::new();
    route
        .limits
        .iter()
        .map(|declared| {
            let path = counter_path(route, declared, method);
            let policies = declared.limits.iter().map(|limit| {
                let quota = declared.quota(*limit, limiter.settings().strategy);
                let make = || {
                    let occurrence = seen.next(path.clone(), &quota);
                    let path = path.iter().map(String::as_str).chain([occurrence.as_str()]);
                    let policy = Policy::new(quota, &limiter.settings().namespace, path);
                    Rc::new(match declared.name {
                        Some(name) => policy.with_name(name),
                        None => policy,
                    })
                };
                Rc::clone(known.entry((path.clone(), quota)).or_insert_with(make))
            });
            let policies = policies.collect();
            PlannedLimit { declared, policies }
        })
        .collect()
}

/// What a limit's counter is called, before its strategy, window and occurrence.
fn counter_path(route: &Route, limit: &RouteLimit, method: &'static str) -> Vec<String> {
    let (kind, counter) = match (limit.shared, limit.scope) {
        (Some(shared), _) => ("shared", shared),
        (None, Some(scope)) => ("scope", scope),
        (None, None) => ("handler", route.handler),
    };
    let key = limit.key.map_or("", |key| key.label);
    let own_method = if limit.per_method { method } else { "" };
    [kind, counter, key, &limit.methods.join(" "), own_method].map(str::to_owned).into()
}

/// Numbers the limits that would otherwise share a counter: those of equal path, strategy and window
/// but different amounts, such as `5/minute; 3/minute`.
#[derive(Default)]
struct Occurrences {
    counts: HashMap<(Vec<String>, &'static str, u64), usize>,
}

impl Occurrences {
    fn next(&mut self, path: Vec<String>, quota: &Quota) -> String {
        let identity = (path, quota.strategy().name(), quota.limit().window_nanos());
        let count = self.counts.entry(identity).or_default();
        *count += 1;
        (*count - 1).to_string()
    }
}
