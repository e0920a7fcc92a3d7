//! Rules: limits, and whom, when and how they count.
//!
//! One type for every place where limits are declared: the attributes write rules, and the builder takes
//! them for its tiers.

pub(crate) mod answers;
mod check;
mod function;
mod into_limits;
mod into_rules;
mod source;

use std::{borrow::Cow, sync::Arc};

use actix_web::{HttpResponse, http::Method};
use ratelimit_core::{Limit, LimitSet, Quota, Strategy};

pub use self::{
    answers::{ErrorMessage, IntoBreachAnswer},
    function::RequestFunction,
    into_limits::{IntoLimits, LimitsError},
    into_rules::IntoRules,
    source::LimitSource,
};
pub(crate) use self::{
    answers::{Message, OnBreach},
    function::{Callback, now},
    source::Source,
};
use crate::{Breach, KeyExtractor, OnError};

/// The rules of a tier or of a handler.
pub(crate) type Rules = Arc<[Arc<Rule>]>;

/// Limits, and whom, when and how they count: all that a `#[limit]` says, for the limiter's own tiers.
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse};
/// use ratelimit_actix::{Limiter, Rule, key};
///
/// /// Limits may depend on the request; such a function may be `async`.
/// fn by_plan(request: &HttpRequest) -> Option<&'static str> {
///     let plan = request.headers().get("X-Plan")?;
///     Some(if plan == "pro" { "1000/minute" } else { "60/minute" })
/// }
///
/// let limiter = Limiter::builder()
///     .default_limits([
///         Rule::new("200/day; 50/hour"),
///         Rule::new(by_plan).key(key::header("X-Api-Key")).name("plan"),
///         Rule::new("5/minute")
///             .methods(["POST"])
///             .exempt_when(|request: &HttpRequest| request.headers().contains_key("X-Internal"))
///             .deduct_when(|answer: &HttpResponse| answer.status().is_client_error()),
///     ])
///     .build()?;
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
///
/// Nothing fails before the limiter is built, which reports every mistake.
#[derive(Clone)]
#[must_use = "a rule does nothing until a limiter is built with it"]
pub struct Rule {
    pub(crate) limits: Source,
    /// How a function's limits are told apart from others'; see `enforcement::identity`.
    pub(crate) function: Cow<'static, str>,
    pub(crate) key: Option<Arc<dyn KeyExtractor>>,
    pub(crate) strategy: Option<Strategy>,
    pub(crate) burst: Option<u64>,
    pub(crate) cost: Cost,
    /// Upper-case, sorted; empty for all.
    pub(crate) methods: Vec<String>,
    pub(crate) per_method: bool,
    pub(crate) scope: Option<Cow<'static, str>>,
    pub(crate) shared: Option<Cow<'static, str>>,
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) exempt_when: Option<Callback<bool>>,
    pub(crate) deduct_when: Option<DeductWhen>,
    pub(crate) override_defaults: bool,
    pub(crate) on_breach: Option<OnBreach>,
    pub(crate) error_message: Option<Message>,
    pub(crate) on_error: Option<OnError>,
    pub(crate) shadow: bool,
    pub(crate) meta: Option<LimitSet>,
    problems: Vec<String>,
}

/// How much a request takes.
#[derive(Clone, Debug)]
pub(crate) enum Cost {
    Fixed(u64),
    Function(Callback<u32>),
}

/// Whether a response counts.
pub(crate) type DeductWhen = Arc<dyn Fn(&HttpResponse) -> bool + Send + Sync>;

impl Rule {
    /// A rule of these limits: a limit string, a [`Limit`], several of them, a [`LimitSet`], or a function of
    /// the request that returns any of these, which may be `async`.
    ///
    /// A function that returns `None`, an empty string or an empty list sets no limit for that request. One
    /// that fails, with an `Err` or a string that can't be read, drops no limit silently: the request is
    /// handled as [`on_error`](Self::on_error) says.
    pub fn new<S, M>(limits: S) -> Self
    where
        S: LimitSource<M>,
    {
        Self {
            limits: limits.into_source(),
            function: std::any::type_name::<S>().into(),
            key: None,
            strategy: None,
            burst: None,
            cost: Cost::Fixed(1),
            methods: Vec::new(),
            per_method: false,
            scope: None,
            shared: None,
            name: None,
            exempt_when: None,
            deduct_when: None,
            override_defaults: true,
            on_breach: None,
            error_message: None,
            on_error: None,
            shadow: false,
            meta: None,
            problems: Vec::new(),
        }
    }

    /// Whom to count. Default: the limiter's key.
    pub fn key(mut self, key: impl KeyExtractor) -> Self {
        if let Err(error) = key.check() {
            self.problems.push(error.to_string());
        }
        self.key = Some(Arc::new(key));
        self
    }

    /// How hits are counted. Default: the limiter's strategy.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = Some(strategy);
        self
    }

    /// How much a token bucket holds. Default: the limit's amount.
    pub fn burst(mut self, burst: u64) -> Self {
        self.burst = Some(burst);
        self
    }

    /// How much a request takes; 0 is free. Default: 1.
    pub fn cost(mut self, cost: u64) -> Self {
        self.cost = Cost::Fixed(cost);
        self
    }

    /// How much a request takes, by a function of it, which may be `async`.
    ///
    /// ```
    /// use actix_web::HttpRequest;
    /// use ratelimit_actix::Rule;
    ///
    /// fn items(request: &HttpRequest) -> u32 {
    ///     request.query_string().matches("item=").count() as u32
    /// }
    ///
    /// let rule = Rule::new("100/minute").cost_of(items);
    /// # let _ = rule;
    /// ```
    pub fn cost_of<M>(mut self, cost: impl RequestFunction<u32, M>) -> Self {
        self.cost = Cost::Function(cost.into_callback());
        self
    }

    /// Only requests with these methods; GET covers HEAD. Default: all.
    pub fn methods<T: AsRef<str>>(mut self, methods: impl IntoIterator<Item = T>) -> Self {
        self.methods = methods.into_iter().map(|method| method.as_ref().to_ascii_uppercase()).collect();
        // In one order, as they are part of the counter's identity.
        self.methods.sort_unstable();
        self.methods.dedup();
        self
    }

    /// A counter of its own for each method. Default and scope limits have that anyway.
    pub fn per_method(mut self) -> Self {
        self.per_method = true;
        self
    }

    /// The counter's name, instead of that of the handler or route.
    pub fn scope(mut self, scope: impl Into<Cow<'static, str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// One counter for all rules that share this name.
    pub fn shared(mut self, shared: impl Into<Cow<'static, str>>) -> Self {
        self.shared = Some(shared.into());
        self
    }

    /// The policy's name in headers, logs, metrics and the 429 body. Default: the limit's text.
    pub fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Lets requests pass uncounted for which the function, which may be `async`, says so.
    pub fn exempt_when<M>(mut self, exempt_when: impl RequestFunction<bool, M>) -> Self {
        self.exempt_when = Some(exempt_when.into_callback());
        self
    }

    /// Counts only requests whose response the function says so of, such as failed logins.
    ///
    /// What a request takes is reserved before it runs and given back afterwards, so that any number of
    /// parallel requests can't overrun the limit; while they run they may see each other's reservations. A
    /// refusal by the limiter is no such response: it never counts. A request whose client goes away before it
    /// is answered counts.
    pub fn deduct_when<F>(mut self, deduct_when: F) -> Self
    where
        F: Fn(&HttpResponse) -> bool + Send + Sync + 'static,
    {
        self.deduct_when = Some(Arc::new(deduct_when));
        self
    }

    /// Answers refusals by these limits, instead of the limiter's `on_breach`.
    pub fn on_breach<F, A>(mut self, answer: F) -> Self
    where
        F: Fn(&actix_web::HttpRequest, &Breach) -> A + Send + Sync + 'static,
        A: IntoBreachAnswer,
    {
        self.on_breach = Some(OnBreach::new(answer));
        self
    }

    /// What refusals say to the client, in the `detail` of the 429 body: text, or a function of the request
    /// and, if it likes, of the breach.
    pub fn error_message<M>(mut self, message: impl ErrorMessage<M>) -> Self {
        self.error_message = Some(message.into_message());
        self
    }

    /// What becomes of requests to these limits while the storage fails, and when the function that finds
    /// the limits does. Default: the limiter's.
    ///
    /// When the function fails, [`Fallback`](OnError::Fallback) applies the limiter's default limits instead,
    /// or, where there are none, turns the request away as [`Closed`](OnError::Closed) does.
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = Some(on_error);
        self
    }

    /// Only looks on: counts and reports, and never refuses.
    pub fn shadow(mut self) -> Self {
        self.shadow = true;
        self
    }

    /// Limits on how often these limits may refuse a key: while they are spent, every request that these
    /// limits are asked about is refused.
    pub fn meta(mut self, limits: impl IntoLimits) -> Self {
        match limits.into_limits() {
            Ok(Some(limits)) => self.meta = Some(limits),
            Ok(None) => self.problems.push("meta: there is no limit; leave it out".to_owned()),
            Err(error) => self.problems.push(format!("meta: {error}")),
        }
        self
    }

    /// `override_defaults = …` of the attribute.
    #[doc(hidden)]
    pub fn override_defaults(mut self, override_defaults: bool) -> Self {
        self.override_defaults = override_defaults;
        self
    }

    /// How the attribute writes the function that finds the limits.
    #[doc(hidden)]
    pub fn function(mut self, function: &'static str) -> Self {
        self.function = function.into();
        self
    }

    /// How `limit`, one of these, is counted; `fallback` is the limiter's strategy.
    pub(crate) fn quota(&self, limit: Limit, fallback: Strategy) -> Quota {
        let quota = Quota::new(limit, self.strategy.unwrap_or(fallback));
        match self.burst {
            // `check` or the macro has told of a burst that doesn't fit a limit that is fixed. For others, and for
            // one that a function finds, the plain quota is stricter or equal in rate, and nothing goes unlimited.
            Some(burst) => quota.with_burst(burst).unwrap_or(quota),
            None => quota,
        }
    }

    /// Whether this rule speaks of requests with `method`. GET covers HEAD.
    #[inline]
    pub(crate) fn covers(&self, method: &Method) -> bool {
        if self.methods.is_empty() {
            return true;
        }
        let names = |name: &str| self.methods.iter().any(|own| own == name);
        names(method.as_str()) || (method == Method::HEAD && names("GET"))
    }

    /// Whether no function has to be asked for limits, cost and exemption.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self.limits, Source::Fixed(_) | Source::Nothing)
            && matches!(self.cost, Cost::Fixed(_))
            && self.exempt_when.is_none()
    }

    /// Whether asking it may take time.
    pub(crate) fn awaits(&self) -> bool {
        self.limits.awaits()
            || matches!(&self.cost, Cost::Function(cost) if cost.awaits())
            || self.exempt_when.as_ref().is_some_and(Callback::awaits)
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rule").field("limits", &self.limits).field("name", &self.name).finish_non_exhaustive()
    }
}
