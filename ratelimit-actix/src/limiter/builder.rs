//! Building a limiter; every bad value is found here.

use std::{fmt, sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse};
use ipnet::IpNet;
use ratelimit_core::{Clock, LimitSet, Storage, Strategy, SystemClock, storage::MemoryStorage};

use super::{OnBreach, Settings};
use crate::{
    Breach, BuildError, ForwardedHeader, Headers, IntoLimits, KeyExtractor, Limiter, MissingKey, OnError,
    address::{AddressRules, parse_proxy},
    enforcement::Failover,
    key,
};

/// How long the storage may take to answer.
const DEADLINE: Duration = Duration::from_millis(250);

/// How many counters memory holds at most.
const MAX_KEYS: usize = 1_000_000;

/// Builds a [`Limiter`]; made by [`Limiter::builder`].
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
    problems: Vec<String>,
    default_limits: Option<LimitSet>,
    application_limits: Option<LimitSet>,
    strategy: Strategy,
    key: Box<dyn KeyExtractor>,
    missing_key: MissingKey,
    trusted_proxies: Vec<IpNet>,
    forwarded_header: ForwardedHeader,
    ipv6_prefix: u8,
    headers: Headers,
    on_breach: Option<OnBreach>,
    on_error: OnError,
    deadline: Duration,
    storage: Option<Arc<dyn Storage>>,
    max_keys: usize,
    clock: Arc<dyn Clock>,
    namespace: String,
    enabled: bool,
    limit_unmatched: bool,
    limit_preflight: bool,
}

impl Default for LimiterBuilder {
    fn default() -> Self {
        Self {
            problems: Vec::new(),
            default_limits: None,
            application_limits: None,
            strategy: Strategy::default(),
            key: Box::new(key::ip()),
            missing_key: MissingKey::default(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            ipv6_prefix: AddressRules::DEFAULT_IPV6_PREFIX,
            headers: Headers::default(),
            on_breach: None,
            on_error: OnError::default(),
            deadline: DEADLINE,
            storage: None,
            max_keys: MAX_KEYS,
            clock: Arc::new(SystemClock::new()),
            namespace: String::new(),
            enabled: true,
            limit_unmatched: true,
            limit_preflight: false,
        }
    }
}

impl LimiterBuilder {
    /// Limits for every route that has neither `#[limit]` nor `#[exempt]`: one counter a key, method
    /// and route pattern. None unless set.
    pub fn default_limits(mut self, limits: impl IntoLimits) -> Self {
        self.default_limits = self.read_limits("default_limits", limits);
        self
    }

    /// Limits on all requests together: one counter a key over the whole app. None unless set.
    pub fn application_limits(mut self, limits: impl IntoLimits) -> Self {
        self.application_limits = self.read_limits("application_limits", limits);
        self
    }

    fn read_limits(&mut self, setting: &str, limits: impl IntoLimits) -> Option<LimitSet> {
        limits.into_limits().map_err(|error| self.problem(setting, error)).ok()
    }

    /// How hits are counted where a `#[limit]` doesn't say. Default: [`Strategy::FixedWindow`].
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Whom limits count where a `#[limit]` doesn't say. Default: [`key::ip`].
    pub fn key(mut self, key: impl KeyExtractor) -> Self {
        if let Err(error) = key.check() {
            self.problem("key", error);
        }
        self.key = Box::new(key);
        self
    }

    /// What to do with a request in which the key can't be found. Default: count its address.
    pub fn missing_key(mut self, missing_key: MissingKey) -> Self {
        self.missing_key = missing_key;
        self
    }

    /// The proxies whose word on the client's address is taken: networks (`10.0.0.0/8`) or addresses.
    /// None unless set: forwarding headers are then ignored, since anyone can write them.
    pub fn trusted_proxies<P: AsRef<str>>(mut self, proxies: impl IntoIterator<Item = P>) -> Self {
        for proxy in proxies {
            match parse_proxy(proxy.as_ref()) {
                Ok(network) => self.trusted_proxies.push(network),
                Err(error) => self.problem("trusted_proxies", error),
            }
        }
        self
    }

    /// The one header in which trusted proxies name the client. Default: `X-Forwarded-For`.
    pub fn forwarded_header(mut self, header: ForwardedHeader) -> Self {
        self.forwarded_header = header;
        self
    }

    /// How many leading bits of an IPv6 address tell clients apart, from 1 to 128. Default: 64, what
    /// one customer usually gets; with more, a client has as many allowances as addresses.
    pub fn ipv6_prefix(mut self, bits: u8) -> Self {
        if !(1..=128).contains(&bits) {
            self.problem("ipv6_prefix", format_args!("{bits} is not a prefix length; expected 1 to 128"));
        }
        self.ipv6_prefix = bits;
        self
    }

    /// Which rate-limit headers answers carry. Default: all.
    pub fn headers(mut self, headers: Headers) -> Self {
        if let Err(error) = headers.check() {
            self.problem("headers", error);
        }
        self.headers = headers;
        self
    }

    /// Answers refusals in the app's own way. The rate-limit headers are added to the answer.
    pub fn on_breach<F>(mut self, answer: F) -> Self
    where
        F: Fn(&HttpRequest, &Breach) -> HttpResponse + Send + Sync + 'static,
    {
        self.on_breach = Some(Box::new(answer));
        self
    }

    /// What becomes of a request when the storage fails. Default: [`OnError::Fallback`].
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
        self.storage = Some(Arc::new(storage));
        self
    }

    /// Counts where `uri` says: `memory://`, this process's memory, which is also the default.
    pub fn storage_uri(mut self, uri: &str) -> Self {
        match uri.split_once("://") {
            Some(("memory", "")) => self.storage = None,
            // The URI itself may hold a password and stays out of the message.
            Some(("memory", _)) => self.problem("storage_uri", "memory:// takes nothing after it"),
            Some((scheme, _)) => self.problem(
                "storage_uri",
                format_args!("there is no storage for `{scheme}://`; expected `memory://`"),
            ),
            None => self.problem("storage_uri", "not a URI; expected `memory://`"),
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

    /// Keeps this limiter's counters apart from those of others in the same storage. Default: empty.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.namespace = prefix.into();
        self
    }

    /// Whether to limit at all; off, every request passes uncounted. Default: true.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Whether requests that match no route count, under the default limits (all such requests of a
    /// client together) and the application limits. Default: true.
    pub fn limit_unmatched(mut self, limit_unmatched: bool) -> Self {
        self.limit_unmatched = limit_unmatched;
        self
    }

    /// Whether CORS preflights count. Default: false.
    ///
    /// A preflight is an OPTIONS request with `Origin` and `Access-Control-Request-Method`, and with
    /// none of what browsers never send along: a body, cookies or an `Authorization`. Anyone can
    /// forge one, so switch this on where a handler that answers *every* method does costly work.
    pub fn limit_preflight(mut self, limit_preflight: bool) -> Self {
        self.limit_preflight = limit_preflight;
        self
    }

    /// Counts and shows time by `clock`: for tests, with a
    /// [`ManualClock`](ratelimit_core::ManualClock). A storage of your own keeps its own time.
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The limiter.
    ///
    /// # Errors
    /// Every value given before that can't be, all in one [`BuildError`].
    pub fn build(self) -> Result<Limiter, BuildError> {
        if !self.problems.is_empty() {
            return Err(BuildError::new(self.problems));
        }
        let memory =
            || MemoryStorage::builder().max_keys(self.max_keys).shared_clock(Arc::clone(&self.clock)).build();
        let primary = self.storage.unwrap_or_else(|| Arc::new(memory()));
        let storage = Failover::new(primary, memory(), self.on_error, self.deadline);
        let settings = Settings {
            namespace: self.namespace,
            default_limits: self.default_limits,
            application_limits: self.application_limits,
            strategy: self.strategy,
            key: self.key,
            missing_key: self.missing_key,
            addresses: AddressRules::new(self.trusted_proxies, self.forwarded_header, self.ipv6_prefix),
            headers: self.headers,
            on_breach: self.on_breach,
            enabled: self.enabled,
            limit_unmatched: self.limit_unmatched,
            limit_preflight: self.limit_preflight,
        };
        Ok(Limiter::new(settings, storage, self.clock))
    }

    fn problem(&mut self, setting: &str, problem: impl fmt::Display) {
        self.problems.push(format!("{setting}: {problem}"));
    }
}

impl fmt::Debug for LimiterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimiterBuilder").field("problems", &self.problems).finish_non_exhaustive()
    }
}
