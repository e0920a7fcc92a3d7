//! What rules come to at a place: their counters.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use ratelimit_core::{LimitSet, Policy, Quota, Timestamp};

use super::identity::{CounterPath, Place, alike, counter_path, meta_path, rank};
#[cfg(feature = "metrics")]
use crate::observe::DecisionKeys;
use crate::{
    Limiter, MissingKey, Rule, Tier,
    answer::Prepared,
    rule::{Cost, Rules, Source},
};

/// How many lists of limits are kept for a rule whose limits a function finds. More than a service has plans;
/// a function that makes up limits for each request is served all the same, only slower.
const MAX_FOUND: usize = 64;

/// A rule at one place.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) rule: Arc<Rule>,
    tier: Tier,
    path: CounterPath,
    /// Those of limits that are fixed.
    pub(crate) fixed: Rc<[Rc<Counter>]>,
    /// Those of the rule's own meta limits.
    pub(crate) meta: Rc<[Rc<Counter>]>,
    /// It counts by the client's address.
    pub(super) by_address: bool,
    /// Its counters, if it says nothing but limits.
    pub(super) plain: Option<Plain>,
    /// No function has to be asked for what it comes to.
    pub(super) is_fixed: bool,
    found: RefCell<HashMap<LimitSet, Rc<[Rc<Counter>]>>>,
    /// When it was last told that the limits can't be found.
    told_at: Cell<Option<Timestamp>>,
}

/// The counters of a rule that is fixed limits at a fixed cost, refuses, and has a key for every request.
#[derive(Debug)]
pub(super) struct Plain {
    /// None twice, and at least one.
    pub(super) counters: Rc<[Rc<Counter>]>,
    pub(super) cost: u64,
}

/// One limit of a rule, ready to be charged for any key.
#[derive(Debug)]
pub(crate) struct Counter {
    pub(crate) tier: Tier,
    pub(crate) rule: Arc<Rule>,
    pub(crate) policy: Policy,
    prepared: OnceCell<Prepared>,
    #[cfg(feature = "metrics")]
    pub(crate) decision_keys: DecisionKeys,
}

impl Counter {
    pub(super) fn new(tier: Tier, rule: &Arc<Rule>, policy: Policy) -> Self {
        Self {
            tier,
            rule: Arc::clone(rule),
            policy,
            prepared: OnceCell::new(),
            #[cfg(feature = "metrics")]
            decision_keys: DecisionKeys::default(),
        }
    }

    /// What of its policy goes into headers: many limits are never the tightest, and don't need it.
    pub(super) fn prepared(&self) -> &Prepared {
        self.prepared.get_or_init(|| Prepared::of(&self.policy))
    }

    /// What metrics call the limit: by its name, unless that is the text of a limit which a function has made
    /// up. Of such texts there may be one a request; the function is one.
    #[cfg(feature = "metrics")]
    pub(crate) fn label(&self) -> &str {
        let is_found = matches!(self.rule.limits, Source::Function(_)) && self.rule.name.is_none();
        let is_own_meta = self.tier == Tier::Meta && self.rule.meta.is_some();
        if is_found && !is_own_meta { &self.rule.function } else { self.policy.name() }
    }
}

impl Plain {
    fn of(rule: &Rule, fixed: &Rc<[Rc<Counter>]>, meta: &[Rc<Counter>]) -> Option<Self> {
        let Cost::Fixed(cost) = rule.cost else { return None };
        let fingerprints: HashSet<_> = fixed.iter().map(|counter| counter.policy.fingerprint()).collect();
        let is_plain = rule.is_fixed() && !rule.shadow && meta.is_empty();
        let are_distinct = fingerprints.len() == fixed.len() && !fixed.is_empty();
        (is_plain && are_distinct).then(|| Self { counters: Rc::clone(fixed), cost })
    }
}

impl Planned {
    /// What to call the rule in a log.
    pub(crate) fn name(&self) -> String {
        let name = self.rule.name.as_deref().unwrap_or(&self.rule.function);
        format!("{} limits, {name}", self.tier)
    }

    /// Whether to tell now that the limits can't be found: once a second. Clients may be able to bring it about.
    pub(crate) fn tells(&self, now: Timestamp) -> bool {
        let tells = self.told_at.get().is_none_or(|told_at| now.since(told_at) >= Duration::from_secs(1));
        if tells {
            self.told_at.set(Some(now));
        }
        tells
    }

    /// The counters of `limits`, which a function has found.
    pub(crate) fn found(&self, limiter: &Limiter, limits: &LimitSet) -> Rc<[Rc<Counter>]> {
        if let Some(counters) = self.found.borrow().get(limits) {
            return Rc::clone(counters);
        }
        let all = quotas(limiter, &self.rule, &self.path, limits);
        let counters: Rc<[_]> =
            all.iter().map(|one| counter(limiter, self.tier, &self.rule, &all, one)).collect();
        let mut found = self.found.borrow_mut();
        if found.len() >= MAX_FOUND {
            found.clear();
        }
        found.insert(limits.clone(), Rc::clone(&counters));
        counters
    }
}

/// A limit that is named twice counts once: both have one counter.
pub(super) fn plan(
    limiter: &Limiter,
    tier: Tier,
    rules: &Rules,
    place: &Place,
    method: &'static str,
) -> Rc<[Planned]> {
    let default_key = limiter.settings().key.label();
    let path_of = |rule: &Rule, alike| counter_path(tier, place, rule, &default_key, method, alike);
    let alike = |index| alike(rules, index, |rule| path_of(rule, 0));
    let paths: Vec<_> = rules.iter().enumerate().map(|(index, rule)| path_of(rule, alike(index))).collect();
    let all: Vec<_> = rules.iter().zip(&paths).map(|(rule, path)| quotas_of(limiter, rule, path)).collect();
    let planned = rules.iter().zip(paths).zip(&all).map(|((rule, path), own)| {
        let fixed: Rc<[_]> =
            own.iter().map(|one| counter(limiter, tier, rule, all.iter().flatten(), one)).collect();
        let meta: Vec<_> = match &rule.meta {
            Some(limits) => quotas(limiter, &Rule::new(limits), &meta_path(&path), limits),
            None => Vec::new(),
        };
        let meta: Rc<[_]> = meta.iter().map(|one| counter(limiter, Tier::Meta, rule, &meta, one)).collect();
        let by_address = match &rule.key {
            Some(key) => key.is_client_address(),
            None => limiter.settings().key.is_client_address(),
        };
        // A key that may be missing is looked for once, by the general way.
        let has_a_key = by_address || limiter.settings().missing_key == MissingKey::ClientAddress;
        let plain = Plain::of(rule, &fixed, &meta).filter(|_| has_a_key);
        let (found, told_at) = (RefCell::default(), Cell::default());
        let is_fixed = rule.is_fixed();
        Planned {
            rule: Arc::clone(rule),
            tier,
            path,
            fixed,
            meta,
            by_address,
            plain,
            is_fixed,
            found,
            told_at,
        }
    });
    planned.collect()
}

/// The quotas of a rule whose limits are fixed.
fn quotas_of(limiter: &Limiter, rule: &Rule, path: &CounterPath) -> Vec<(CounterPath, Quota)> {
    match &rule.limits {
        Source::Fixed(limits) => quotas(limiter, rule, path, limits),
        Source::Nothing | Source::Failed(_) | Source::Function(_) => Vec::new(),
    }
}

fn quotas(
    limiter: &Limiter,
    rule: &Rule,
    path: &CounterPath,
    limits: &LimitSet,
) -> Vec<(CounterPath, Quota)> {
    let strategy = limiter.settings().strategy;
    limits.iter().map(|limit| (path.clone(), rule.quota(*limit, strategy))).collect()
}

/// The counter of one of several limits.
fn counter<'a>(
    limiter: &Limiter,
    tier: Tier,
    rule: &Arc<Rule>,
    all: impl IntoIterator<Item = &'a (CounterPath, Quota)>,
    one: &(CounterPath, Quota),
) -> Rc<Counter> {
    let rank = rank(all, one);
    let (path, quota) = one;
    let path = path.iter().map(String::as_str).chain([rank.as_str()]);
    let mut policy = Policy::new(*quota, &limiter.settings().namespace, path);
    if let Some(name) = rule.name.as_ref().filter(|_| tier != Tier::Meta || rule.meta.is_none()) {
        policy = policy.with_name(name);
    }
    Rc::new(Counter::new(tier, rule, policy))
}

/// What rules count at a place: the policies of limits that are fixed, and those of a rule's own meta limits.
pub(crate) fn policies(
    limiter: &Limiter,
    tier: Tier,
    rules: &Rules,
    place: &Place,
) -> Vec<(Tier, Arc<Rule>, Vec<Policy>)> {
    let of = |counters: &[Rc<Counter>]| counters.iter().map(|counter| counter.policy.clone()).collect();
    let planned = plan(limiter, tier, rules, place, "");
    let of_rule = |planned: &Planned| {
        let rule = &planned.rule;
        let own = (tier, Arc::clone(rule), of(&planned.fixed));
        let meta = (Tier::Meta, Arc::clone(rule), of(&planned.meta));
        [own, meta].into_iter().filter(|(.., policies): &(_, _, Vec<_>)| !policies.is_empty())
    };
    planned.iter().flat_map(of_rule).collect()
}
