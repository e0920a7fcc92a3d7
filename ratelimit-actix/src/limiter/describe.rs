//! All policies of a limiter, for people to look at.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;

use crate::{
    Limiter, OnError, Rule, Tier,
    route::Route,
    rule::{Cost, Rules, Source},
};

/// What a limiter learns of when the app is built: scopes and decorated handlers.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    scopes: Mutex<Vec<Rules>>,
    routes: Mutex<Vec<&'static Route>>,
}

impl Registry {
    /// Notes the rules of a scope; each worker does, for its own copy.
    pub(crate) fn add_scope(&self, rules: &Rules) {
        let mut scopes = self.scopes.lock();
        let texts = |rules: &Rules| rules.iter().map(|rule| describe(Tier::Scope, rule)).collect::<Vec<_>>();
        if scopes.iter().all(|known| texts(known) != texts(rules)) {
            scopes.push(Arc::clone(rules));
        }
    }

    /// Notes decorated handlers, and tells of what in their limits can't be: the compiler has seen literals,
    /// but not what constants hold, nor the limiter's strategy.
    pub(crate) fn add_routes(&self, routes: &[&'static Route], strategy: ratelimit_core::Strategy) {
        let mut known = self.routes.lock();
        for route in routes {
            if known.iter().all(|other| !std::ptr::eq(*other, *route)) {
                known.push(route);
                // A constant may say that there is no limit.
                let rules = route.rules.iter().filter(|rule| !matches!(rule.limits, Source::Nothing));
                for mistake in rules.flat_map(|rule| rule.mistakes(strategy)) {
                    log::error!("ratelimit: a limit of `{}` can't be: {mistake}", route.handler);
                }
            }
        }
    }

    pub(super) fn scopes(&self) -> Vec<Rules> {
        self.scopes.lock().clone()
    }

    pub(super) fn routes(&self) -> Vec<&'static Route> {
        let mut routes = self.routes.lock().clone();
        routes.sort_by_key(|route| route.handler);
        routes
    }
}

/// A rule of a limiter, as text: see [`Limiter::describe`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyDescription {
    /// Where it is declared.
    pub tier: Tier,
    /// The path of the handler that declares it: `module::function`.
    pub handler: Option<&'static str>,
    /// Its name in headers and logs, if it has one of its own.
    pub name: Option<String>,
    /// The limits: `200 per 1 day; 50 per 1 hour`, or `by` and the function that finds them; empty for a
    /// handler that is exempt and has no limits of its own.
    pub limits: String,
    /// Whom it counts, if that is not the limiter's key.
    pub key: Option<String>,
    /// How hits are counted, if not by the limiter's strategy.
    pub strategy: Option<ratelimit_core::Strategy>,
    /// How much a token bucket holds, if that is not the limit's amount.
    pub burst: Option<u64>,
    /// How much a request takes; `None` if a function says.
    pub cost: Option<u64>,
    /// The methods that it speaks of; empty for all.
    pub methods: Vec<String>,
    /// Whether each method has a counter of its own.
    pub per_method: bool,
    /// The counter's name, if it has one.
    pub counter: Option<String>,
    /// What is done while the storage fails, if that is not what the limiter does.
    pub on_error: Option<OnError>,
    /// How often it may refuse a client before the client is refused altogether: `10 per 1 hour`.
    pub meta: Option<String>,
    /// Whether it only looks on.
    pub shadow: bool,
    /// The tiers that the handler is free of.
    pub exempt: Vec<Tier>,
}

/// One line: `route shop::checkout: 3 per 1 minute, key ip`.
impl fmt::Display for PolicyDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tier)?;
        if let Some(handler) = self.handler {
            write!(f, " {handler}")?;
        }
        if !self.limits.is_empty() {
            write!(f, ": {}", self.limits)?;
        }
        let parts = [
            self.name.as_ref().map(|name| format!("name {name:?}")),
            self.key.as_ref().map(|key| format!("key {key}")),
            self.strategy.map(|strategy| format!("strategy {strategy}")),
            self.burst.map(|burst| format!("burst {burst}")),
            (self.cost != Some(1)).then(|| match self.cost {
                Some(cost) => format!("cost {cost}"),
                None => "cost by a function".to_owned(),
            }),
            (!self.methods.is_empty()).then(|| self.methods.join(" ")),
            self.per_method.then(|| "per method".to_owned()),
            self.counter.as_ref().map(|counter| format!("counter {counter:?}")),
            self.on_error.map(|on_error| {
                let word = match on_error {
                    OnError::Fallback => "fallback",
                    OnError::Open => "open",
                    OnError::Closed => "closed",
                };
                format!("on_error {word}")
            }),
            self.meta.as_ref().map(|meta| format!("meta {meta}")),
            self.shadow.then(|| "shadow".to_owned()),
            (!self.exempt.is_empty()).then(|| {
                let tiers: Vec<_> = self.exempt.iter().map(|tier| tier.name()).collect();
                format!("exempt from {}", tiers.join(" "))
            }),
        ];
        parts.into_iter().flatten().try_for_each(|part| write!(f, ", {part}"))
    }
}

pub(super) fn describe(tier: Tier, rule: &Rule) -> PolicyDescription {
    let text = |text: &Option<std::borrow::Cow<'static, str>>| text.as_deref().map(str::to_owned);
    PolicyDescription {
        tier,
        handler: None,
        name: text(&rule.name),
        limits: match &rule.limits {
            Source::Fixed(limits) => limits.to_string(),
            Source::Nothing => String::new(),
            Source::Failed(error) => format!("unreadable: {error}"),
            Source::Function(_) => format!("by {}", rule.function),
        },
        key: rule.key.as_ref().map(|key| key.label().into_owned()),
        strategy: rule.strategy,
        burst: rule.burst,
        cost: match &rule.cost {
            Cost::Fixed(cost) => Some(*cost),
            Cost::Function(_) => None,
        },
        methods: rule.methods.clone(),
        per_method: rule.per_method,
        counter: text(&rule.shared).or_else(|| text(&rule.scope)),
        on_error: rule.on_error,
        meta: rule.meta.as_ref().map(ToString::to_string),
        shadow: rule.shadow,
        exempt: Vec::new(),
    }
}

fn describe_route(route: &'static Route) -> Vec<PolicyDescription> {
    let exempt = [
        (route.exempt.meta, Tier::Meta),
        (route.exempt.application, Tier::Application),
        (route.exempt.default, Tier::Default),
    ];
    let exempt: Vec<_> = exempt.into_iter().filter(|(exempt, _)| *exempt).map(|(_, tier)| tier).collect();
    let of_handler = |description: PolicyDescription| PolicyDescription {
        handler: Some(route.handler),
        exempt: exempt.clone(),
        ..description
    };
    if route.rules.is_empty() {
        return vec![of_handler(describe(Tier::Route, &Rule::new(None::<&str>)))];
    }
    route.rules.iter().map(|rule| of_handler(describe(Tier::Route, rule))).collect()
}

impl Limiter {
    /// All policies of this limiter: of its own tiers, of scopes, and of decorated handlers with what these are
    /// exempt from. For a line in the log at start, or for a page of the operators'.
    ///
    /// Handlers and scopes are known once an app with the limiter has been built, before its first request.
    /// In a process with several apps the handlers of all apps that a thread has built so far are shown.
    ///
    /// ```
    /// use ratelimit_actix::Limiter;
    ///
    /// let limiter = Limiter::builder().default_limits("200/day; 50/hour").build()?;
    /// let lines: Vec<_> = limiter.describe().iter().map(ToString::to_string).collect();
    /// assert_eq!(lines, ["default: 200 per 1 day; 50 per 1 hour"]);
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    #[must_use]
    pub fn describe(&self) -> Vec<PolicyDescription> {
        let settings = self.settings();
        let tiers = [
            (Tier::Meta, &settings.meta),
            (Tier::Application, &settings.application),
            (Tier::Default, &settings.default),
        ];
        let own =
            tiers.into_iter().flat_map(|(tier, rules)| rules.iter().map(move |rule| describe(tier, rule)));
        let mut all: Vec<_> = own.collect();
        for rules in self.registry().scopes() {
            all.extend(rules.iter().map(|rule| describe(Tier::Scope, rule)));
        }
        all.extend(self.registry().routes().into_iter().flat_map(describe_route));
        all
    }
}
