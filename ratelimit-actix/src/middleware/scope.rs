//! Limits of an Actix scope.

use std::{
    fmt,
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};

use super::LimiterService;
use crate::{Limiter, Rule, rule::Rules};

/// A middleware that limits the scope it is wrapped around; made by [`Limiter::scope`].
#[derive(Clone)]
#[must_use = "it limits what it is wrapped around"]
pub struct ScopeLimits {
    limiter: Limiter,
    pub(crate) rules: Rules,
    pub(super) overrides: bool,
}

impl ScopeLimits {
    pub(crate) fn new(limiter: Limiter, rules: Vec<Rule>) -> Self {
        Self { limiter, rules: rules.into_iter().map(Arc::new).collect(), overrides: false }
    }

    /// Whether these limits take the place of the default limits and of those of scopes around this one,
    /// for the methods they speak of. Default: false, they hold together.
    pub fn override_defaults(self, overrides: bool) -> Self {
        Self { overrides, ..self }
    }
}

impl fmt::Debug for ScopeLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeLimits").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl<S, B> Transform<S, ServiceRequest> for ScopeLimits
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = LimiterService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(LimiterService::of_scope(self.limiter.clone(), self.clone(), service)))
    }
}
