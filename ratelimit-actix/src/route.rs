//! What the attributes say of a handler, as constants that the macros write.

use std::time::Duration;

use actix_web::{HttpRequest, http::Method};
use ratelimit_core::{Key, Limit, Quota, Strategy};

/// How a handler's limit finds its key; `None` when the request has none.
pub type KeyFn = fn(&HttpRequest) -> Option<Key>;

/// Everything the attributes of one handler say.
#[derive(Debug)]
pub struct Route {
    /// The handler's path: `module::function`.
    pub(crate) handler: &'static str,
    pub(crate) limits: &'static [RouteLimit],
    pub(crate) exempt: Exemption,
}

impl Route {
    /// The policy of `handler`.
    pub const fn new(handler: &'static str, limits: &'static [RouteLimit], exempt: Exemption) -> Self {
        Self { handler, limits, exempt }
    }

    /// Whether a limit for requests with `method` takes the place of the default limits.
    pub(crate) fn overrides_defaults(&self, method: &Method) -> bool {
        self.limits.iter().any(|limit| limit.override_defaults && limit.covers(method))
    }
}

/// The tiers a handler is free of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_field_names)]
pub struct Exemption {
    pub(crate) application: bool,
    pub(crate) default: bool,
    pub(crate) meta: bool,
}

impl Exemption {
    /// Of no tier.
    pub const NONE: Self = Self { application: false, default: false, meta: false };
    /// Of every tier: a plain `#[exempt]`.
    pub const ALL: Self = Self { application: true, default: true, meta: true };

    /// Also free of application limits.
    #[must_use]
    pub const fn application(self) -> Self {
        Self { application: true, ..self }
    }

    /// Also free of default limits.
    #[must_use]
    pub const fn default_limits(self) -> Self {
        Self { default: true, ..self }
    }

    /// Also free of meta limits.
    #[must_use]
    pub const fn meta(self) -> Self {
        Self { meta: true, ..self }
    }
}

/// One `#[limit]` attribute.
#[derive(Clone, Copy, Debug)]
pub struct RouteLimit {
    pub(crate) limits: &'static [Limit],
    pub(crate) key: Option<RouteKey>,
    pub(crate) strategy: Option<Strategy>,
    pub(crate) burst: Option<u64>,
    pub(crate) cost: u64,
    pub(crate) methods: &'static [&'static str],
    pub(crate) per_method: bool,
    pub(crate) scope: Option<&'static str>,
    pub(crate) shared: Option<&'static str>,
    pub(crate) name: Option<&'static str>,
    pub(crate) override_defaults: bool,
}

/// A key as an attribute names it.
#[derive(Clone, Copy, Debug)]
pub struct RouteKey {
    /// The expression's text: part of the counter's identity.
    pub(crate) label: &'static str,
    pub(crate) find: KeyFn,
}

impl RouteLimit {
    /// `#[limit("…")]` without options.
    pub const fn new(limits: &'static [Limit]) -> Self {
        Self {
            limits,
            key: None,
            strategy: None,
            burst: None,
            cost: 1,
            methods: &[],
            per_method: false,
            scope: None,
            shared: None,
            name: None,
            override_defaults: true,
        }
    }

    /// `key = …`; `label` is the expression's text.
    #[must_use]
    pub const fn key(self, label: &'static str, find: KeyFn) -> Self {
        Self { key: Some(RouteKey { label, find }), ..self }
    }

    /// `strategy = …`
    #[must_use]
    pub const fn strategy(self, strategy: Strategy) -> Self {
        Self { strategy: Some(strategy), ..self }
    }

    /// `burst = …`
    #[must_use]
    pub const fn burst(self, burst: u64) -> Self {
        Self { burst: Some(burst), ..self }
    }

    /// `cost = …`
    #[must_use]
    pub const fn cost(self, cost: u64) -> Self {
        Self { cost, ..self }
    }

    /// `methods(…)`: upper-case names.
    #[must_use]
    pub const fn methods(self, methods: &'static [&'static str]) -> Self {
        Self { methods, ..self }
    }

    /// `per_method`
    #[must_use]
    pub const fn per_method(self) -> Self {
        Self { per_method: true, ..self }
    }

    /// `scope = "…"`
    #[must_use]
    pub const fn scope(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// `shared = "…"`
    #[must_use]
    pub const fn shared(self, shared: &'static str) -> Self {
        Self { shared: Some(shared), ..self }
    }

    /// `name = "…"`
    #[must_use]
    pub const fn name(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// `override_defaults = …`
    #[must_use]
    pub const fn override_defaults(self, override_defaults: bool) -> Self {
        Self { override_defaults, ..self }
    }

    /// How `limit`, one of these, is counted; `fallback` is the limiter's strategy.
    pub(crate) fn quota(&self, limit: Limit, fallback: Strategy) -> Quota {
        let quota = Quota::new(limit, self.strategy.unwrap_or(fallback));
        match self.burst {
            // The macro has made sure that the burst fits; were it not to, the plain quota is stricter
            // or equal in rate, and nothing goes unlimited.
            Some(burst) => quota.with_burst(burst).unwrap_or(quota),
            None => quota,
        }
    }

    /// Whether this limit speaks of requests with `method`. GET covers HEAD.
    pub(crate) fn covers(&self, method: &Method) -> bool {
        let names = |name: &str| self.methods.contains(&name);
        self.methods.is_empty() || names(method.as_str()) || (method == Method::HEAD && names("GET"))
    }
}

/// A limit whose text the macro has checked, and the unit it was written in.
///
/// # Panics
/// When the window is none; the macro has seen to it that it is.
pub const fn limit(amount: u64, window_nanos: u64, unit_nanos: u64) -> Limit {
    match Limit::new(amount, Duration::from_nanos(window_nanos)) {
        Ok(limit) => limit.printed_in(unit_nanos),
        Err(_) => panic!("the macro checks windows"),
    }
}
