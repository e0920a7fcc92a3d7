//! Policies made once and used for every request: what the settings and the attributes come to.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use ratelimit_core::{Limit, LimitSet, Policy, Quota};

use super::identity::{CounterPath, counter_path, rank};
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

/// Policies for limits of the limiter's own strategy and key.
fn shared_policies(limiter: &Limiter, limits: Option<&LimitSet>, path: &[&str]) -> Policies {
    let settings = limiter.settings();
    let limits: &[_] = limits.map_or(&[], |limits| limits);
    let mut path: CounterPath = path.iter().copied().map(str::to_owned).collect();
    path.push(settings.key.label().into_owned());
    let all: Vec<_> =
        limits.iter().map(|limit| (path.clone(), Quota::new(*limit, settings.strategy))).collect();
    all.iter().map(|one| Rc::new(policy(limiter, &all, one))).collect()
}

/// The policies of a handler's attributes. A limit that is named twice counts once: both have one policy.
fn plan(limiter: &Limiter, route: &'static Route, method: &'static str) -> Rc<[PlannedLimit]> {
    let default_key = limiter.settings().key.label();
    let all: Vec<Vec<_>> = route
        .limits
        .iter()
        .map(|declared| {
            let path = counter_path(route, declared, &default_key, method);
            let quota = |limit: &Limit| declared.quota(*limit, limiter.settings().strategy);
            declared.limits.iter().map(|limit| (path.clone(), quota(limit))).collect()
        })
        .collect();
    let policies = |declared: &RouteLimit, own: &Vec<_>| {
        let policies = own.iter().map(|one| policy(limiter, all.iter().flatten(), one));
        policies
            .map(|policy| match declared.name {
                Some(name) => Rc::new(policy.with_name(name)),
                None => Rc::new(policy),
            })
            .collect()
    };
    let declared_and_own = route.limits.iter().zip(&all);
    declared_and_own
        .map(|(declared, own)| PlannedLimit { declared, policies: policies(declared, own) })
        .collect()
}

/// The policy of one of several limits.
fn policy<'a>(
    limiter: &Limiter,
    all: impl IntoIterator<Item = &'a (CounterPath, Quota)>,
    one: &(CounterPath, Quota),
) -> Policy {
    let rank = rank(all, one);
    let (path, quota) = one;
    let path = path.iter().map(String::as_str).chain([rank.as_str()]);
    Policy::new(*quota, &limiter.settings().namespace, path)
}
