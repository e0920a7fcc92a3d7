//! What a request owes: to the tiers that need no handler, and to a handler's own limits.

use std::{rc::Rc, sync::Arc};

use actix_web::{HttpRequest, dev::ServiceRequest};
use ratelimit_core::Key;

use super::{
    Group, Owed, Scope,
    cache::Found,
    charge::Who,
    identity::Place,
    method::{PREFLIGHT, counted_as},
    planned::{Counter, Planned},
};
use crate::{
    MissingKey, OnError, Rule, Tier,
    request::{State, Treatment},
    route::Route,
    rule::{Cost, Rules, Source, now},
};

/// Notes in the state what an undecorated route would owe, unless that has been decided.
///
/// It must be done before routing, which wants the request for itself.
pub(crate) async fn prepare(state: &State, request: &ServiceRequest) {
    let settings = state.limiter().settings();
    let limits_nothing =
        settings.meta.is_empty() && settings.application.is_empty() && settings.default.is_empty();
    if state.is_undecided() && !limits_nothing {
        state.owe(undecorated(state, request).await);
    }
}

/// What `request` owes if it reaches a route without attributes.
///
/// Before routing the pattern is the first that fits the path, whatever its guards: routes that
/// differ in nothing but guards share their default counters.
async fn undecorated(state: &State, request: &ServiceRequest) -> Owed {
    let settings = state.limiter().settings();
    let mut owed = Owed::default();
    let http = request.request();
    if !settings.meta.is_empty() {
        owed_to_app(owed.meta_mut(), Tier::Meta, &settings.meta, state, http).await;
    }
    if !settings.application.is_empty() {
        owed_to_app(owed.application_mut(), Tier::Application, &settings.application, state, http).await;
    }
    if !settings.default.is_empty() {
        let found = planned_for_path(state, request, &settings.default, None);
        state.set_unmatched(found.unmatched);
        owed_to(&mut owed.route, &found.planned, state, http).await;
    } else if !settings.limit_unmatched {
        state.set_unmatched(pattern(request).is_none());
    }
    owed
}

/// Notes in the state what `request` owes to a scope that it is entering.
pub(crate) async fn enter_scope(state: &State, request: &ServiceRequest, rules: &Rules, overrides: bool) {
    if state.treatment != Treatment::Counted {
        return;
    }
    let depth = state.count_scope();
    let mut group = Group::default();
    if !rules.is_empty() {
        let found = planned_for_path(state, request, rules, Some(depth));
        owed_to(&mut group, &found.planned, state, request.request()).await;
    }
    // What only looks on takes nothing's place.
    let takes_place = |rule: &Arc<Rule>| !rule.shadow && rule.covers(request.method());
    let overrides = overrides && rules.iter().any(takes_place);
    state.enter_scope(Scope { group, overrides });
}

/// What `rules` come to at the pattern of the route that `request` goes to, as far as its path tells.
pub(super) fn planned_for_path(
    state: &State,
    request: &ServiceRequest,
    rules: &Rules,
    depth: Option<usize>,
) -> Found {
    let path = request.match_info();
    let method = counted_as(request.method());
    if path.unprocessed().is_empty() {
        // Routing has reached its end before, and knows more than the path.
        return state.plans.planned_for_pattern(rules, depth, method, pattern(request));
    }
    state.plans.planned_for_path(rules, depth, method, path.as_str(), || pattern(request))
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

/// What `request` owes to the attributes of its handler.
pub(crate) async fn route(state: &State, request: &HttpRequest, route: &'static Route) -> Group {
    let owed = owed_to_handler(state, request, route);
    if route.awaits {
        // Boxed: what is rare must not make every request's future larger.
        return Box::pin(owed).await;
    }
    // Nothing in it waits, so it is there at once; were it ever not, nothing may pass unseen.
    now(owed).unwrap_or_else(|| Group::failed(OnError::Closed))
}

async fn owed_to_handler(state: &State, request: &HttpRequest, route: &'static Route) -> Group {
    let mut group = Group::default();
    if route.rules.is_empty() {
        return group;
    }
    let counted_as = match state.treatment {
        Treatment::Preflight => PREFLIGHT,
        Treatment::Counted | Treatment::Ignored => counted_as(request.method()),
    };
    let planned = state.plans.planned_for_handler(route, counted_as);
    owed_to(&mut group, &planned, state, request).await;
    group
}

/// What `request` owes to the rules of a tier that holds for the whole app.
async fn owed_to_app(group: &mut Group, tier: Tier, rules: &Rules, state: &State, request: &HttpRequest) {
    let planned = state.plans.planned(tier, rules, &Place::App, counted_as(request.method()));
    owed_to(group, &planned, state, request).await;
}

/// Adds what `request` owes to rules that have been planned.
async fn owed_to(group: &mut Group, planned: &[Planned], state: &State, request: &HttpRequest) {
    for planned in planned.iter().filter(|planned| planned.rule.covers(request.method())) {
        match planned.rule.cost {
            Cost::Fixed(cost) if planned.is_fixed => {
                group.add(planned, &planned.fixed, who(state, request, planned), cost);
            }
            // Boxed: most requests ask no function, and need no room for its answer.
            _ => Box::pin(add(group, planned, state, request)).await,
        }
    }
}

/// Adds what `request` owes to one rule, by what its functions say.
async fn add(group: &mut Group, planned: &Planned, state: &State, request: &HttpRequest) {
    let rule = &planned.rule;
    if let Some(exempt_when) = &rule.exempt_when
        && exempt_when.ask(request).await
    {
        return;
    }
    let counters = match counters(planned, state, request).await {
        Ok(counters) if counters.is_empty() => return,
        Ok(counters) => counters,
        Err(_) if rule.shadow => return,
        Err(on_error) => {
            group.fail(on_error);
            return;
        }
    };
    let cost = match &rule.cost {
        Cost::Fixed(cost) => *cost,
        Cost::Function(cost) => cost.ask(request).await.into(),
    };
    group.add(planned, &counters, who(state, request, planned), cost);
}

/// How much of an application's error is told.
const LONGEST_ERROR: usize = 200;

/// The counters of a rule's limits, or what is to become of the request when these can't be found.
async fn counters(
    planned: &Planned,
    state: &State,
    request: &HttpRequest,
) -> Result<Rc<[Rc<Counter>]>, OnError> {
    let failed = |error: &crate::LimitsError| {
        let on_error = state.limiter().on_error(&planned.rule);
        if planned.tells(state.limiter().now()) {
            // Escaped, as a client may have a hand in what it says.
            let error: String = error.to_string().escape_debug().take(LONGEST_ERROR).collect();
            let (name, then) = (planned.name(), on_error.what_then());
            log::error!("ratelimit: limits can't be found ({name}), so {then}: {error}");
        }
        on_error
    };
    match &planned.rule.limits {
        Source::Fixed(_) | Source::Nothing => Ok(Rc::clone(&planned.fixed)),
        Source::Failed(error) => Err(failed(error)),
        Source::Function(function) => match function.ask(request).await {
            Ok(Some(limits)) => Ok(planned.found(state.limiter(), &limits)),
            Ok(None) => Ok(Rc::default()),
            Err(error) => Err(failed(&error)),
        },
    }
}

/// Whom to count: by the rule's key, or else by the limiter's own.
pub(super) fn who(state: &State, request: &HttpRequest, planned: &Planned) -> Who {
    let settings = state.limiter().settings();
    // Under another limiter further in, the address is as that one finds it.
    if planned.by_address && !state.is_around_another() {
        return Who::Key(state.client_key(request));
    }
    let found = match &planned.rule.key {
        Some(key) => key.extract(request),
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
