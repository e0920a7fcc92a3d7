//! Declarative rate limiting for [Actix Web](actix_web).
//!
//! Say the limit where the handler is, and what holds for all other routes where the app is:
//!
//! ```
//! use actix_web::{App, Responder, get};
//! use ratelimit_actix::{Limiter, exempt, limit};
//!
//! #[get("/data")]
//! #[limit("3/minute", key = ip)]
//! async fn data() -> impl Responder {
//!     "ok"
//! }
//!
//! #[get("/health")]
//! #[exempt]
//! async fn health() -> impl Responder {
//!     "ok"
//! }
//!
//! // Built once, outside the closure of `HttpServer::new`: all workers share its counters.
//! let limiter = Limiter::builder().default_limits("200/day; 50/hour").build()?;
//! let app = App::new().wrap(limiter.clone()).service(data).service(health);
//! # Ok::<(), ratelimit_actix::BuildError>(())
//! ```
//!
//! # Where to look
//! * [`macro@limit`] and [`macro@exempt`]: the attributes and their options.
//! * [`Limiter::builder`]: the app's side, setting by setting.
//! * [`key`]: whom to count. Default: the client's address.
//! * [`Rule`]: all that a limit can say, for the limiter's tiers and for [`Limiter::scope`].
//! * [`Limiter::limit`]: limits on what is no request. [`Limiter::describe`], [`Limiter::peek`] and
//!   [`Limiter::reset`]: for operators.
//! * [`Strategy`]: how to count; its module says how to choose.
//! * [`Config`] and [`Limiter::from_env`]: the same settings from the environment or a file.
//! * [`Headers`]: what answers tell of limits; [`LimitInfo`]: what handlers can learn of them.
//! * [`Limiter::around`]: limits behind an asynchronous middleware, such as authentication.
//! * [`core`]: limit strings, strategies and storages without a web framework.
//!
//! # Which limits a request meets
//! Tiers are asked one after the other, and all limits of a tier are charged together or not at all:
//!
//! 1. the **meta** limits, which count how often the client has been refused: they are looked at only;
//! 2. the **application** limits: one counter a key over the whole app;
//! 3. the **route**'s own limits, by `#[limit]`, or the **default** limits and those of the route's **scopes**,
//!    by one counter a key, method and route pattern, for routes that have neither `#[limit]` nor `#[exempt]`. A
//!    request that matches no route meets the default limits too.
//!
//! A refused request consumes nothing of the tier that refused it. It is answered 429 with `Retry-After`, before
//! anything of the handler has run: no extractor, not a byte of the body.
//!
//! # Pitfalls
//! * A limiter built inside the closure of `HttpServer::new` is one limiter a worker.
//! * Behind a proxy all clients have the proxy's address until [`LimiterBuilder::trusted_proxies`] names it.
//! * A decorated handler is a value, not a function; the body of a plain one, as given to `.to(handler)`, is
//!   `handler::unlimited(…)`. Under `#[get]` and its kin it can't be called, as without limits.
//! * A handler with `#[limit]` in an app without the limiter answers 500: it never runs unlimited.
//! * An asynchronous middleware between the limiter and a route wants [`Limiter::around`].
//! * A middleware that rewrites paths, such as `NormalizePath`, belongs outside the limiter
//!   (`.wrap(limiter).wrap(NormalizePath::trim())`): inside, each spelling of a path has counters of its own.
//! * A middleware that calls its inner service twice, to answer one request from another route, has the
//!   first route's limits asked only.
//! * Services that are no handlers run the synchronous part of their `call` before the limits are asked.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `redis` | `redis://` and its kin in [`LimiterBuilder::storage_uri`], and `RedisStorage`: counters that many processes share |
//! | `postgres` | `postgres://` in [`LimiterBuilder::storage_uri`], and `PostgresStorage`: the same in a database |
//! | `serde` | `Deserialize` for [`Config`]: settings from TOML, JSON or whatever else serde reads |
//! | `metrics` | counters, a gauge and a histogram through [`metrics`](https://docs.rs/metrics): decisions, and how the storage does |
//! | `tracing` | events for decisions and switches of the storage, spans around its calls, through [`tracing`](https://docs.rs/tracing) |
//! | `test-util` | `LimiterBuilder::clock` and `ManualClock`: tests of your own limits that don't wait |

// Code that the macros write inside this crate names it from outside.
#[allow(unused_extern_crates)]
extern crate self as ratelimit_actix;

pub mod key;

mod address;
mod answer;
mod config;
mod decorated;
mod enforcement;
mod limiter;
mod middleware;
mod observe;
mod request;
mod route;
mod rule;
mod tchar;
mod verdict;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use ratelimit_core as core;
#[cfg(feature = "test-util")]
pub use ratelimit_core::ManualClock;
pub use ratelimit_core::{
    Decision, Limit, LimitSet, Policy, Quota, Storage, Strategy, storage::MemoryStorage,
};
pub use ratelimit_macros::{exempt, limit, limits};
#[cfg(feature = "postgres")]
pub use ratelimit_postgres::{self as postgres, PostgresStorage};
#[cfg(feature = "redis")]
pub use ratelimit_redis::{self as redis, RedisStorage};

pub use self::{
    address::{ForwardedHeader, ProxyError},
    answer::{HeaderNameError, Headers, RetryAfter},
    config::Config,
    enforcement::{OnError, StorageHealth},
    key::{IntoKey, KeyExtractor, MissingKey},
    limiter::{
        BuildError, HitError, Limiter, LimiterBuilder, ManualLimit, PolicyDescription, Reservation, Standing,
    },
    middleware::{Around, LimiterService, ScopeLimits},
    request::LimitInfo,
    rule::{
        ErrorMessage, IntoBreachAnswer, IntoLimits, IntoRules, LimitSource, LimitsError, RequestFunction,
        Rule,
    },
    verdict::{Breach, Tier, Verdict},
};

/// Compiles the README's code.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Compiles the code in the table of settings.
#[cfg(doctest)]
#[doc = include_str!("../../docs/configuration.md")]
struct Configuration;
