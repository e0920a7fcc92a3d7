//! Building a limiter; every bad value is found here.

use std::{fmt, sync::Arc, time::Duration};

use actix_web::HttpRequest;
use ratelimit_core::{Clock, Storage, Strategy, SystemClock, storage::MemoryStorage};

use super::{Settings, build_error::Problem, storage_uri, tiers::Tiers};
use crate::{
    Breach, BuildError, ForwardedHeader, Headers, IntoBreachAnswer, IntoRules, KeyExtractor, Limiter,
    MissingKey, OnError, address::parse_proxy, enforcement::Failover, rule::OnBreach,
};

/// How long the storage may take to answer.
const DEADLINE: Duration = Duration::from_millis(250);

/// How many counters memory holds at most.
const MAX_KEYS: usize = 1_000_000;

/// Settings of a [`Limiter`]; made by [`Limiter::builder`].
///
/// Nothing fails before [`build`](Self::build), which reports every bad value at once.
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse};
/// use ratelimit_actix::{Breach, Headers, Limiter, Strategy, key};
///
/// fn too_many(request: &HttpRequest, breach: &Breach) -> HttpResponse {
///     let limit = breach.refused().first().map_or("", |verdict| verdict.policy().name());
///     HttpResponse::TooManyRequests().body(format!("{}: {limit} exceeded", request.path()))
/// }
///
/// let limiter = Limiter::builder()
///     .default_limits("200/day; 50/hour")
///     .application_limits("1000/minute")
///     .strategy(Strategy::SlidingWindow)
///     .key((key::user(), key::header("X-Tenant")))
///     .trusted_proxies(["10.0.0.0/8"])
///     .headers(Headers::draft())
///     .on_breach(too_many)
///     .build()?;
///
/// let error = Limiter::builder().default_limits("5/minuet").ipv6_prefix(0).build().unwrap_err();
/// assert_eq!(error.problems().len(), 2);
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct LimiterBuilder {
    pub(crate) problems: Vec<Problem>,
    pub(crate) settings: Settings,
    pub(crate) tiers: Tiers,
    enabled: bool,
    storage: Choice,
    max_keys: usize,
    on_error: OnError,
    deadline: Duration,
    /// Set by tests only.
    clock: Option<Arc<dyn Clock>>,
}

/// Where to count.
enum Choice {
    Memory,
    Given(Arc<dyn Storage>),
    /// Opened, and the URI: a test's clock, which may come later, wants it opened anew.
    Named(Arc<dyn Storage>, String),
}

impl Default for LimiterBuilder {
    fn default() -> Self {
        Self {
            problems: Vec::new(),
            settings: Settings::default(),
            tiers: Tiers::default(),
            enabled: true,
            storage: Choice::Memory,
            max_keys: MAX_KEYS,
            on_error: OnError::default(),
            deadline: DEADLINE,
            clock: None,
        }
    }
}

impl LimiterBuilder {
    /// Limits for every route that has neither `#[limit]` nor `#[exempt]`: one counter a key, method
    /// and route pattern. None unless set.
    ///
    /// Limits however they are given, a [`Rule`](crate::Rule), or several of these, each with its own key,
    /// cost and so on. Set again, they replace those set before.
    pub fn default_limits<M>(mut self, limits: impl IntoRules<M>) -> Self {
        self.tiers.default = limits.into_rules();
        self
    }

    /// Limits on all requests together: one counter a key over the whole app. None unless set.
    ///
    /// Given like [`default_limits`](Self::default_limits).
    pub fn application_limits<M>(mut self, limits: impl IntoRules<M>) -> Self {
        self.tiers.application = limits.into_rules();
        self
    }

    /// Limits on how often a client may be refused: while they are spent, every request of the client is
    /// refused, unless its handler is free of them. None unless set.
    ///
    /// They count refusals by all limits but themselves. Each request looks at them first, which is one more
    /// question to the storage. Given like [`default_limits`](Self::default_limits).
    ///
    /// ```
    /// use ratelimit_actix::Limiter;
    ///
    /// // Who runs into a limit ten times in an hour is shut out until the hour is over.
    /// let limiter = Limiter::builder().default_limits("60/minute").meta_limits("10/hour").build()?;
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    pub fn meta_limits<M>(mut self, limits: impl IntoRules<M>) -> Self {
        self.tiers.meta = limits.into_rules();
        self
    }

    /// How hits are counted where a `#[limit]` doesn't say. Default: [`Strategy::FixedWindow`].
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.settings.strategy = strategy;
        self
    }

    /// Whom limits count where a `#[limit]` doesn't say. Default: [`key::ip`](crate::key::ip).
    pub fn key(mut self, key: impl KeyExtractor) -> Self {
        if let Err(error) = key.check() {
            self.problem("key", error);
        }
        self.settings.key = Box::new(key);
        self
    }

    /// What to do with a request in which the key can't be found. Default: count its address.
    pub fn missing_key(mut self, missing_key: MissingKey) -> Self {
        self.settings.missing_key = missing_key;
        self
    }

    /// The proxies whose word on the client's address is taken: networks (`10.0.0.0/8`) or addresses.
    /// None unless set: forwarding headers are then ignored, since anyone can write them.
    pub fn trusted_proxies<P: AsRef<str>>(mut self, proxies: impl IntoIterator<Item = P>) -> Self {
        for proxy in proxies {
            match parse_proxy(proxy.as_ref()) {
                Ok(network) => self.settings.addresses.trust(network),
                Err(error) => self.problem("trusted_proxies", error),
            }
        }
        self
    }

    /// The one header in which trusted proxies name the client. Default: `X-Forwarded-For`.
    pub fn forwarded_header(mut self, header: ForwardedHeader) -> Self {
        self.settings.addresses.set_header(header);
        self
    }

    /// How many leading bits of an IPv6 address tell clients apart, from 1 to 128. Default: 64, what
    /// one customer usually gets; with more, a client has as many allowances as addresses.
    pub fn ipv6_prefix(mut self, bits: u8) -> Self {
        if !(1..=128).contains(&bits) {
            self.problem("ipv6_prefix", format_args!("{bits} is not a prefix length; expected 1 to 128"));
        }
        self.settings.addresses.set_ipv6_prefix(bits);
        self
    }

    /// Which rate-limit headers answers carry. Default: all.
    pub fn headers(mut self, headers: Headers) -> Self {
        for problem in headers.problems() {
            self.problem("headers", problem);
        }
        self.settings.headers = headers;
        self
    }

    /// Answers refusals in the app's own way. The rate-limit headers are added to the answer.
    ///
    /// The function returns an `HttpResponse`, an `Option` or a `Result` of one, or nothing, if it only looks
    /// on. It is called for every refusal; where the limit that refused has an `on_breach` of its own that
    /// answers, that answer is given.
    ///
    /// For a refusal by application, default or meta limits the request has its true head (method, URI,
    /// headers, peer) but no app data, extensions or route: it was refused instead of being routed on.
    pub fn on_breach<F, A>(mut self, answer: F) -> Self
    where
        F: Fn(&HttpRequest, &Breach) -> A + Send + Sync + 'static,
        A: IntoBreachAnswer,
    {
        self.settings.on_breach = Some(OnBreach::new(answer));
        self
    }

    /// Answers refusals by meta limits, instead of [`on_breach`](Self::on_breach).
    pub fn on_meta_breach<F, A>(mut self, answer: F) -> Self
    where
        F: Fn(&HttpRequest, &Breach) -> A + Send + Sync + 'static,
        A: IntoBreachAnswer,
    {
        self.settings.on_meta_breach = Some(OnBreach::new(answer));
        self
    }

    /// Lets requests pass for which `filter` says so: no limit of this limiter counts or refuses them, not
    /// even their handler's. Filters add up; one is enough.
    ///
    /// ```
    /// use actix_web::HttpRequest;
    /// use ratelimit_actix::Limiter;
    ///
    /// let limiter = Limiter::builder()
    ///     .default_limits("50/hour")
    ///     .request_filter(|request: &HttpRequest| request.path().starts_with("/static/"))
    ///     .build()?;
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    pub fn request_filter<F>(mut self, filter: F) -> Self
    where
        F: Fn(&HttpRequest) -> bool + Send + Sync + 'static,
    {
        self.settings.filters.push(Box::new(filter));
        self
    }

    /// Whether all limits only look on: they count and report, and refuse nothing. Default: false.
    pub fn shadow(mut self, shadow: bool) -> Self {
        self.settings.shadow = shadow;
        self
    }

    /// What becomes of requests while the storage fails. Default: [`OnError::Fallback`].
    ///
    /// The first call that fails or misses the [deadline](Self::storage_deadline) begins it. From then on
    /// requests are handled so at once, without asking the storage, until a probe in the background has
    /// found it to count again: see [`Limiter::storage_health`].
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// How long the storage may take to answer before that is a failure. Default: 250 ms.
    pub fn storage_deadline(mut self, deadline: Duration) -> Self {
        if deadline.is_zero() {
            self.problem("storage_deadline", "a deadline of nothing can't be met");
        }
        self.deadline = deadline;
        self
    }

    /// Counts in `storage`, replacing one set before.
    pub fn storage(mut self, storage: impl Storage) -> Self {
        self.storage = Choice::Given(Arc::new(storage));
        self
    }

    /// Counts where `uri` says, replacing a storage set before.
    ///
    /// | URI | where |
    /// |---|---|
    /// | `memory://` | this process's memory; the default |
    /// | `redis://user:password@host:6379/0` | a Redis or Valkey server |
    /// | `rediss://…` | the same, encrypted |
    /// | `redis+unix:///run/redis.sock?db=0&user=…&pass=…` | the same, by a socket of this machine |
    /// | `redis+sentinel://user:password@host:26379,host:26379/service?db=0&sentinel_password=…` | the master that sentinels name |
    /// | `redis+cluster://user:password@host:6379,host:6379` | a cluster |
    /// | `postgres://user:password@host:5432/database` | a PostgreSQL database |
    ///
    /// Those of Redis need the feature `redis`, the last one `postgres`; `rediss+sentinel` and
    /// `rediss+cluster` are encrypted, and `valkey` may stand for `redis` in all of them. Special characters
    /// of passwords are percent-encoded. Nothing is connected before the first request:
    /// a server that is absent then is a failure like any later one, and handled by
    /// [`on_error`](Self::on_error). For what the URI can't say, give a storage to
    /// [`storage`](Self::storage).
    pub fn storage_uri(mut self, uri: &str) -> Self {
        match storage_uri::open(uri, None) {
            Ok(None) => self.storage = Choice::Memory,
            Ok(Some(storage)) => self.storage = Choice::Named(storage, uri.to_owned()),
            Err(error) => self.problem("storage_uri", error),
        }
        self
    }

    /// How many counters memory may hold at most, in the default storage and in the fallback.
    /// Default: 1,000,000.
    pub fn max_keys(mut self, max_keys: usize) -> Self {
        if max_keys == 0 {
            self.problem("max_keys", "memory for 0 counters can't count; expected at least 1");
        }
        self.max_keys = max_keys;
        self
    }

    /// Keeps this limiter's counters apart from those of others in the same storage: the namespace of its
    /// counters. Default: empty.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.namespace = prefix.into();
        self
    }

    /// Whether to limit at all; off, every request passes uncounted. Default: true. It can be changed later:
    /// [`Limiter::set_enabled`].
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Whether requests that match no route count, under the default limits (all such requests of a
    /// client together) and the application limits. Default: true.
    ///
    /// That nothing matches is known only afterwards. With `false`, such requests are charged all the
    /// same, and given back when they have been answered 404 or 405: many at once may see a 429.
    pub fn limit_unmatched(mut self, limit_unmatched: bool) -> Self {
        self.settings.limit_unmatched = limit_unmatched;
        self
    }

    /// Whether CORS preflights count. Default: false.
    ///
    /// A preflight is an OPTIONS request with `Origin` and `Access-Control-Request-Method`, and with
    /// none of what browsers never send along: a body, credentials, an upgrade. Anyone can forge one. A
    /// decorated handler that it reaches counts it, apart from its other requests; an undecorated one
    /// that answers *every* method does not, so switch this on if that does costly work.
    pub fn limit_preflight(mut self, limit_preflight: bool) -> Self {
        self.settings.limit_preflight = limit_preflight;
        self
    }

    /// Counts and shows time by `clock`: for tests, with a
    /// [`ManualClock`](ratelimit_core::ManualClock). So do storages given by a URI; one of your own keeps
    /// its own time.
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The limiter.
    ///
    /// # Errors
    /// Every value given before that can't be, all in one [`BuildError`].
    pub fn build(mut self) -> Result<Limiter, BuildError> {
        // What is wrong with limits is told first, though it shows last.
        let others = std::mem::take(&mut self.problems);
        for (setting, mistake) in self.tiers.mistakes(self.settings.strategy) {
            self.problem(setting, mistake);
        }
        self.problems.extend(others);
        if !self.problems.is_empty() {
            return Err(BuildError::new(self.problems));
        }
        self.settings.take_tiers(self.tiers);
        let given = match (self.storage, &self.clock) {
            (Choice::Memory, _) => None,
            (Choice::Named(_, uri), Some(clock)) => storage_uri::open(&uri, Some(clock))
                .map_err(|error| BuildError::new(vec![format!("storage_uri: {error}")]))?,
            (Choice::Given(storage) | Choice::Named(storage, _), _) => Some(storage),
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let memory =
            || MemoryStorage::builder().max_keys(self.max_keys).shared_clock(Arc::clone(&clock)).build();
        let primary = given.unwrap_or_else(|| Arc::new(memory()));
        let namespace = &self.settings.namespace;
        let storage = Failover::new(primary, memory(), self.on_error, self.deadline, namespace);
        Ok(Limiter::new(self.settings, storage, clock, self.enabled))
    }

    pub(crate) fn problem(&mut self, setting: &str, problem: impl fmt::Display) {
        self.problems.push(Problem { setting: setting.to_owned(), what: problem.to_string() });
    }
}

impl fmt::Debug for LimiterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.debug_struct("LimiterBuilder").field("problems", &problems).finish_non_exhaustive()
    }
}
