//! Declarative rate limiting for Actix Web.

// Code that the macros write inside this crate names it from outside.
#[allow(unused_extern_crates)]
extern crate self as ratelimit_actix;

mod address;
mod headers;
pub mod key;
mod refusal;
mod route;
mod verdict;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use address::{ForwardedHeader, ProxyError};
pub use headers::{HeaderNameError, Headers, RetryAfter};
pub use key::IntoKey;
pub use ratelimit_core as core;
pub use ratelimit_macros::{exempt, limit};
pub use verdict::{Breach, Tier, Verdict};
