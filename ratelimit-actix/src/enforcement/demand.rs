//! What a request owes: to the tiers that need no handler, and to a handler's own limits.

use actix_web::{HttpRequest, dev::ServiceRequest};
use ratelimit_core::Key;

use super::{
    Group, Undecorated,
    charge::Who,
    method::{PREFLIGHT, counted_as},
};
use crate::{
    MissingKey, Tier,
    request::{State, Treatment},
    route::{Route, RouteKey},
};

/// Notes in the state what an undecorated route would owe, unless that has been decided.
///
/// It must be done before routing, which wants the request for itself.
pub(crate) fn prepare(state: &State, request: &ServiceRequest) {
    if state.is_undecided() {
        state.owe(undecorated(state, request));
    }
}

/// What `request` owes if it reaches a route without attributes.
///
/// Before routing the pattern is the first that fits the path, whatever its guards: routes that
/// differ in nothing but guards share their default counters.
fn undecorated(state: &State, request: &ServiceRequest) -> Undecorated {
    let settings = state.limiter().settings();
    let mut owed = Undecorated::default();
    if settings.application_limits.is_none() && settings.default_limits.is_none() {
        return owed;
    }
    let pattern = pattern(request);
    owed.unmatched = pattern.is_none();
    let who = who(state, request.request(), None);
    owed.application.add(Tier::Application, &state.plans.application(), &who, 1);
    let defaults = state.plans.defaults(pattern, counted_as(request.method()));
    owed.default.add(Tier::Default, &defaults, &who, 1);
    owed
}

/// The pattern of the route that `request` goes to, as far as its path tells.
fn pattern(request: &ServiceRequest) -> Option<String> {
    let path = request.match_info();
    if path.unprocessed().is_empty() {
        return request.match_pattern();
    }
    // The routers will match the decoded path, whereas `match_pattern` would look at the raw one: each
    // way of escaping a path would have counters of its own.
    request.resource_map().match_pattern(path.as_str())
}

/// Adds what `request` owes to the attributes of its handler.
pub(crate) fn add_route(group: &mut Group, state: &State, request: &HttpRequest, route: &'static Route) {
    let counted_as = match state.treatment {
        Treatment::Preflight => PREFLIGHT,
        Treatment::Counted | Treatment::Ignored => counted_as(request.method()),
    };
    let planned = state.plans.route(route, counted_as);
    for limit in planned.iter().filter(|limit| limit.declared.covers(request.method())) {
        let who = who(state, request, limit.declared.key);
        group.add(Tier::Route, &limit.policies, &who, limit.declared.cost);
    }
}

/// Whom to count: by `key`, or else by the limiter's own.
fn who(state: &State, request: &HttpRequest, key: Option<RouteKey>) -> Who {
    let settings = state.limiter().settings();
    let found = match key {
        Some(key) => (key.find)(request),
        None => settings.key.extract(request),
    };
    match (found, settings.missing_key) {
        (Some(key), _) => Who::Key(key),
        // Tagged, so that nobody's key is somebody else's address: a found key may be an address too.
        (None, MissingKey::ClientAddress) => Who::Key(Key::composite([state.client(request).clone()])),
        (None, MissingKey::Refuse) => Who::Refused,
        (None, MissingKey::Skip) => Who::Nobody,
    }
}
