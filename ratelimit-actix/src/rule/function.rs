//! Functions of a request, be they synchronous or not.

use std::{
    fmt,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use actix_web::HttpRequest;

/// A function of the request whose result is a `T`: `fn(&HttpRequest) -> T`, or an `async fn` of the same
/// form. Implemented for all such functions; there is nothing to implement by hand.
///
/// `M` tells the two kinds apart; the compiler finds it. A closure needs its parameter's type,
/// `|request: &HttpRequest| …`.
///
/// An `async fn` is awaited before the request is routed on. It may look at the request, but must not keep a
/// clone of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no function of the request that gives a `{T}`",
    note = "write `fn(&HttpRequest) -> {T}` or `async fn(&HttpRequest) -> {T}`",
    note = "give a closure's parameter its type: `|request: &HttpRequest| …`"
)]
pub trait RequestFunction<T, M>: Send + Sync + Sized + 'static {
    #[doc(hidden)]
    fn into_callback(self) -> Callback<T>;
}

/// Marks functions that answer at once.
#[derive(Debug)]
pub struct Immediate<R = ()>(std::marker::PhantomData<R>);

/// Marks functions that are awaited.
#[derive(Debug)]
pub struct Awaited<R = ()>(std::marker::PhantomData<R>);

impl<F, T> RequestFunction<T, Immediate> for F
where
    F: Fn(&HttpRequest) -> T + Send + Sync + 'static,
{
    fn into_callback(self) -> Callback<T> {
        Callback::immediate(self)
    }
}

impl<F, T> RequestFunction<T, Awaited> for F
where
    F: AsyncFn(&HttpRequest) -> T + Send + Sync + 'static,
{
    fn into_callback(self) -> Callback<T> {
        Callback::awaited(self)
    }
}

type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + 'a>>;

type AsyncFunction<T> = dyn for<'a> Fn(&'a HttpRequest) -> Future<'a, T> + Send + Sync;

/// A function of either kind.
#[doc(hidden)]
pub enum Callback<T> {
    Immediate(Arc<dyn Fn(&HttpRequest) -> T + Send + Sync>),
    Awaited(Arc<AsyncFunction<T>>),
}

impl<T> Callback<T> {
    pub(super) fn immediate(function: impl Fn(&HttpRequest) -> T + Send + Sync + 'static) -> Self {
        Self::Immediate(Arc::new(function))
    }

    pub(super) fn awaited(function: impl AsyncFn(&HttpRequest) -> T + Send + Sync + 'static) -> Self {
        let function = Arc::new(function);
        Self::Awaited(Arc::new(move |request| {
            let function = Arc::clone(&function);
            Box::pin(async move { function(request).await })
        }))
    }

    /// What the function says of `request`.
    pub(crate) async fn ask(&self, request: &HttpRequest) -> T {
        match self {
            Self::Immediate(function) => function(request),
            Self::Awaited(function) => function(request).await,
        }
    }

    /// Whether an answer may take time.
    pub(super) fn awaits(&self) -> bool {
        matches!(self, Self::Awaited(_))
    }
}

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Immediate(function) => Self::Immediate(Arc::clone(function)),
            Self::Awaited(function) => Self::Awaited(Arc::clone(function)),
        }
    }
}

impl<T> fmt::Debug for Callback<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.awaits() { "async fn" } else { "fn" })
    }
}

/// The result of a future that has nothing to wait for; `None` if it has.
pub(crate) fn now<T>(future: impl std::future::Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}
