//! What a limiter has been told.

use actix_web::{HttpRequest, HttpResponse};
use ratelimit_core::{LimitSet, Strategy};

use crate::{Breach, Headers, KeyExtractor, MissingKey, address::AddressRules, key};

/// Answers a refusal in the app's own way.
pub(crate) type OnBreach = Box<dyn Fn(&HttpRequest, &Breach) -> HttpResponse + Send + Sync>;

/// The settings that every request is treated by; the builder has checked them.
pub(crate) struct Settings {
    pub(crate) namespace: String,
    pub(crate) default_limits: Option<LimitSet>,
    pub(crate) application_limits: Option<LimitSet>,
    pub(crate) strategy: Strategy,
    pub(crate) key: Box<dyn KeyExtractor>,
    pub(crate) missing_key: MissingKey,
    pub(crate) addresses: AddressRules,
    pub(crate) headers: Headers,
    pub(crate) on_breach: Option<OnBreach>,
    pub(crate) enabled: bool,
    pub(crate) limit_unmatched: bool,
    pub(crate) limit_preflight: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: String::new(),
            default_limits: None,
            application_limits: None,
            strategy: Strategy::default(),
            key: Box::new(key::ip()),
            missing_key: MissingKey::default(),
            addresses: AddressRules::default(),
            headers: Headers::default(),
            on_breach: None,
            enabled: true,
            limit_unmatched: true,
            limit_preflight: false,
        }
    }
}
