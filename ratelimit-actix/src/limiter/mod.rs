//! The limiter: settings and storage behind a cheap handle.

mod build_error;
mod builder;
mod describe;
mod hit_error;
mod manual;
mod peek;
mod reservation;
mod reset;
mod settings;
mod storage_uri;
mod tiers;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ratelimit_core::{Clock, Timestamp};

use self::describe::Registry;
pub(crate) use self::settings::Settings;
pub use self::{
    build_error::BuildError, builder::LimiterBuilder, describe::PolicyDescription, hit_error::HitError,
    manual::ManualLimit, peek::Standing, reservation::Reservation,
};
use crate::{
    Around, IntoLimits, IntoRules, OnError, Rule, ScopeLimits, StorageHealth, enforcement::Failover,
};

/// Limits an Actix app: wrap the app with a clone of it.
///
/// A clone is cheap and shares the counters; build the limiter once, **outside** the closure given to
/// `HttpServer::new`, which runs once a worker.
///
/// ```
/// use actix_web::{App, HttpResponse, Responder, get};
/// use ratelimit_actix::{Limiter, exempt, limit};
///
/// #[get("/data")]
/// #[limit("3/minute", key = ip)]
/// async fn data() -> impl Responder {
///     "ok"
/// }
///
/// #[get("/health")]
/// #[exempt]
/// async fn health() -> impl Responder {
///     "ok"
/// }
///
/// let limiter = Limiter::builder().default_limits("200/day; 50/hour").build()?;
/// let app = App::new().wrap(limiter.clone()).service(data).service(health);
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Limiter {
    shared: Arc<Shared>,
}

/// What all clones of a limiter share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) storage: Failover,
    pub(crate) clock: Arc<dyn Clock>,
    enabled: AtomicBool,
    /// Whether it decides within apps too, in scopes or inside a middleware.
    within: AtomicBool,
    registry: Registry,
}

impl Limiter {
    /// A builder with the defaults: memory, fixed windows, the peer's address as key, all headers.
    pub fn builder() -> LimiterBuilder {
        LimiterBuilder::default()
    }

    /// Lets the limiter decide inside an asynchronous middleware, such as authentication.
    ///
    /// Which handler a request reaches is known once all middlewares between the limiter and the
    /// route have called on. A synchronous middleware does so at once; one that awaits first (most
    /// authentication, anything made by `from_fn`) does not, and the limiter, finding no decorated
    /// handler yet, applies the default limits to be safe, and gives them back when the handler
    /// turns out to have limits of its own. Wrap such a middleware with `around` to have it exact:
    ///
    /// ```
    /// # use actix_web::{App, Error, body::MessageBody, dev::{ServiceRequest, ServiceResponse}, middleware::{Next, from_fn}, web};
    /// # use ratelimit_actix::Limiter;
    /// async fn authenticate(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    ///     // … await a session, put a `key::User` into the request's extensions …
    ///     next.call(request).await
    /// }
    ///
    /// # let limiter = Limiter::builder().build()?;
    /// let app = App::new()
    ///     .wrap(limiter.clone())
    ///     .service(web::scope("/api").wrap(limiter.around(from_fn(authenticate))));
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    ///
    /// Keys are then looked for after the middleware has run. A request that the middleware answers
    /// itself counts like one to an undecorated route, once it has been answered.
    pub fn around<M>(&self, middleware: M) -> Around<M> {
        self.shared.within.store(true, Ordering::Relaxed);
        Around::new(self.clone(), middleware)
    }

    /// How the storage does: whether requests are handled without it now, and what has failed so far.
    ///
    /// While it fails, requests are handled as [`on_error`](LimiterBuilder::on_error) says and don't ask
    /// it. In the background it is asked again, at first after some 50 ms, then ever more seldom, down to
    /// about every 5 s; when it has counted a probe, requests ask it again.
    ///
    /// ```
    /// use ratelimit_actix::Limiter;
    ///
    /// let limiter = Limiter::builder().default_limits("50/hour").build()?;
    /// assert!(!limiter.storage_health().is_failing());
    /// assert_eq!(limiter.storage_health().outages(), 0);
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    #[must_use]
    pub fn storage_health(&self) -> StorageHealth {
        self.storage().health()
    }

    /// Limits for an Actix scope, beside the default limits or in their place.
    ///
    /// They are default limits of the scope: they hold for every route in it that has neither `#[limit]` nor
    /// `#[exempt]`, by one counter a key, method and route pattern, and for a `#[limit]` with
    /// `override_defaults = false` as well. Limits of scopes within scopes add up, and add to the default
    /// limits, unless [`override_defaults`](ScopeLimits::override_defaults) says otherwise.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use ratelimit_actix::{Limiter, Rule};
    ///
    /// let limiter = Limiter::builder().default_limits("50/hour").build()?;
    /// let app = App::new().wrap(limiter.clone()).service(
    ///     web::scope("/api")
    ///         .wrap(limiter.scope("10/minute"))
    ///         // One counter for all of these routes together.
    ///         .service(web::scope("/search").wrap(limiter.scope(Rule::new("5/minute").shared("search"))))
    ///         // These may do more than the default limits say.
    ///         .service(web::scope("/bulk").wrap(limiter.scope("1000/hour").override_defaults(true))),
    /// );
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    ///
    /// # Panics
    /// When a limit can't be: as routes are registered at start, so is this found at start. Use
    /// [`try_scope`](Self::try_scope) where limits come from a configuration.
    pub fn scope<M>(&self, limits: impl IntoRules<M>) -> ScopeLimits {
        self.try_scope(limits).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same as [`scope`](Self::scope), with an error instead of a panic.
    ///
    /// # Errors
    /// Every limit that can't be, all in one [`BuildError`].
    pub fn try_scope<M>(&self, limits: impl IntoRules<M>) -> Result<ScopeLimits, BuildError> {
        let rules = limits.into_rules();
        let mistakes = rules.iter().flat_map(|rule| rule.mistakes(self.settings().strategy));
        let problems: Vec<_> = mistakes.map(|mistake| format!("scope: {mistake}")).collect();
        if problems.is_empty() {
            self.shared.within.store(true, Ordering::Relaxed);
            let scope = ScopeLimits::new(self.clone(), rules);
            self.registry().add_scope(&scope.rules);
            return Ok(scope);
        }
        Err(BuildError::new(problems))
    }

    /// Limits to be asked by hand, for what is no request: messages of a WebSocket, jobs, mails to a customer.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (limiter, user) = (Limiter::builder().build()?, "ada");
    /// let message = limiter.limit("5/second; 100/minute").scope("chat").key(user);
    /// let decision = message.hit().await?;
    /// if !decision.is_allowed() {
    ///     let wait = decision.retry_after();
    ///     // … tell the user …
    /// #   let _ = wait;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// They count in this limiter's storage, apart from all limits on requests. Without a
    /// [`key`](ManualLimit::key) everybody is counted together, without a [`scope`](ManualLimit::scope) all equal
    /// limits of one key. Whatever is wrong with them is an error of [`hit`](ManualLimit::hit); a limit is never
    /// dropped.
    pub fn limit(&self, limits: impl IntoLimits) -> ManualLimit {
        ManualLimit::new(self.clone(), limits)
    }

    /// Whether it limits: see [`set_enabled`](Self::set_enabled).
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.shared.enabled.load(Ordering::Relaxed)
    }

    /// Switches it on or off, for all clones and from the next request on; off, every request passes
    /// uncounted.
    ///
    /// ```
    /// use ratelimit_actix::Limiter;
    ///
    /// let limiter = Limiter::builder().default_limits("50/hour").build()?;
    /// limiter.set_enabled(false);
    /// assert!(!limiter.clone().is_enabled());
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    pub fn set_enabled(&self, enabled: bool) {
        self.shared.enabled.store(enabled, Ordering::Relaxed);
    }

    pub(crate) fn new(settings: Settings, storage: Failover, clock: Arc<dyn Clock>, enabled: bool) -> Self {
        let shared = Shared {
            settings,
            storage,
            clock,
            enabled: AtomicBool::new(enabled),
            within: AtomicBool::new(false),
            registry: Registry::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Whether it has been asked so far to decide within apps: in scopes, or inside a middleware.
    pub(crate) fn decides_within(&self) -> bool {
        self.shared.within.load(Ordering::Relaxed)
    }

    /// What becomes of requests to a rule's limits while the storage fails.
    pub(crate) fn on_error(&self, rule: &Rule) -> OnError {
        rule.on_error.unwrap_or_else(|| self.storage().on_error())
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn storage(&self) -> &Failover {
        &self.shared.storage
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.shared.registry
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub(crate) fn unix_time(&self) -> Duration {
        self.shared.clock.unix_time()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.settings();
        f.debug_struct("Limiter")
            .field("namespace", &settings.namespace)
            .field("meta_limits", &settings.meta)
            .field("application_limits", &settings.application)
            .field("default_limits", &settings.default)
            .field("strategy", &settings.strategy)
            .field("storage", self.storage())
            .finish_non_exhaustive()
    }
}
