//! What a limiter has been told.

use std::sync::Arc;

use actix_web::HttpRequest;

use ratelimit_core::Strategy;

use super::tiers::Tiers;
use crate::{
    Headers, KeyExtractor, MissingKey, Rule,
    address::AddressRules,
    key,
    rule::{OnBreach, Rules},
};

/// Says which requests are not limited at all.
pub(crate) type Filter = Box<dyn Fn(&HttpRequest) -> bool + Send + Sync>;

/// The settings that every request is treated by; the builder has checked them.
pub(crate) struct Settings {
    pub(crate) namespace: String,
    pub(crate) meta: Rules,
    pub(crate) application: Rules,
    pub(crate) default: Rules,
    pub(crate) strategy: Strategy,
    pub(crate) key: Box<dyn KeyExtractor>,
    pub(crate) missing_key: MissingKey,
    pub(crate) addresses: AddressRules,
    pub(crate) headers: Headers,
    pub(crate) on_breach: Option<OnBreach>,
    pub(crate) on_meta_breach: Option<OnBreach>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) shadow: bool,
    pub(crate) limit_unmatched: bool,
    pub(crate) limit_preflight: bool,
}

impl Settings {
    /// Takes over the rules of a builder, which has checked them.
    pub(super) fn take_tiers(&mut self, tiers: Tiers) {
        let shared = |rules: Vec<Rule>| rules.into_iter().map(Arc::new).collect();
        self.meta = shared(tiers.meta);
        self.application = shared(tiers.application);
        self.default = shared(tiers.default);
    }

    /// Whether a request filter lets `request` pass.
    pub(crate) fn filters_out(&self, request: &HttpRequest) -> bool {
        self.filters.iter().any(|filter| filter(request))
    }

    /// Whether preparing a request may take time.
    pub(crate) fn awaits(&self) -> bool {
        [&self.meta, &self.application, &self.default]
            .into_iter()
            .any(|rules| rules.iter().any(|rule| rule.awaits()))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            namespace: String::new(),
            meta: Rules::default(),
            application: Rules::default(),
            default: Rules::default(),
            strategy: Strategy::default(),
            key: Box::new(key::ip()),
            missing_key: MissingKey::default(),
            addresses: AddressRules::default(),
            headers: Headers::default(),
            on_breach: None,
            on_meta_breach: None,
            filters: Vec::new(),
            shadow: false,
            limit_unmatched: true,
            limit_preflight: false,
        }
    }
}
