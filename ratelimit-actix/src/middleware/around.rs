//! The limiter inside an asynchronous middleware, and around it.

use std::{fmt, pin::Pin};

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};

use super::LimiterService;
use crate::Limiter;

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

/// The limiter's service stands on both sides of the middleware: the outer one defers the decision, the
/// inner one makes it.
impl<S, M, B, C> Transform<S, ServiceRequest> for Around<M>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    M: Transform<LimiterService<S>, ServiceRequest, Response = ServiceResponse<C>, Error = Error>,
    M::Transform: 'static,
    M::Future: 'static,
    C: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = LimiterService<M::Transform>;
    type InitError = M::InitError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Transform, Self::InitError>>>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let limiter = self.limiter.clone();
        let middleware = self.middleware.new_transform(LimiterService::deciding(limiter.clone(), service));
        Box::pin(async move { Ok(LimiterService::deferring(limiter, middleware.await?)) })
    }
}
