//! The limiter inside an asynchronous middleware.

use std::{fmt, pin::Pin};

use actix_web::dev::{Service, ServiceRequest, Transform, forward_ready};

use super::LimiterService;
use crate::{Limiter, request::State};

/// A middleware with the limiter's decision inside it; made by [`Limiter::around`].
#[derive(Clone)]
pub struct Around<M> {
    limiter: Limiter,
    middleware: M,
}

impl<M> Around<M> {
    pub(crate) fn new(limiter: Limiter, middleware: M) -> Self {
        Self { limiter, middleware }
    }
}

impl<M> fmt::Debug for Around<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Around").field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl<S, M> Transform<S, ServiceRequest> for Around<M>
where
    S: Service<ServiceRequest>,
    M: Transform<LimiterService<S>, ServiceRequest>,
    M::Future: 'static,
{
    type Response = M::Response;
    type Error = M::Error;
    type Transform = AroundService<M::Transform>;
    type InitError = M::InitError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, Self::InitError>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let limiter = self.limiter.clone();
        let middleware = self.middleware.new_transform(LimiterService::new(limiter.clone(), service));
        Box::pin(async move { Ok(AroundService { limiter, service: middleware.await? }) })
    }
}

/// A worker's service under [`Around`].
pub struct AroundService<S> {
    limiter: Limiter,
    service: S,
}

impl<S> fmt::Debug for AroundService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AroundService").field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl<S: Service<ServiceRequest>> Service<ServiceRequest> for AroundService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if let Some(state) = State::of(request.request(), &self.limiter) {
            state.defer();
        }
        self.service.call(request)
    }
}
