//! Where a rule's limits come from.

use actix_web::HttpRequest;
use ratelimit_core::LimitSet;

use super::{
    IntoLimits, LimitsError,
    function::{Awaited, Callback, Immediate},
};

/// Where a rule's limits come from: [`IntoLimits`], or a function of the request that returns one, be it a
/// `fn` or an `async fn`. Implemented for all of these; there is nothing to implement by hand.
///
/// `M` tells the kinds apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no rate limits",
    note = "give a limit string such as \"200/day; 50/hour\", a `Limit`, a list of them or a `LimitSet`",
    note = "or a `fn(&HttpRequest) -> impl IntoLimits`, which may be `async`; a closure's parameter needs its type: `|request: &HttpRequest| …`"
)]
pub trait LimitSource<M> {
    #[doc(hidden)]
    fn into_source(self) -> Source;
}

/// Marks limits that are the same for every request.
#[derive(Debug)]
pub struct Fixed(());

/// Limits, or what finds them.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub enum Source {
    Fixed(LimitSet),
    Nothing,
    /// They can't be read.
    Failed(LimitsError),
    Function(Callback<Result<Option<LimitSet>, LimitsError>>),
}

impl Source {
    /// Whether finding the limits may take time.
    pub(super) fn awaits(&self) -> bool {
        matches!(self, Self::Function(function) if function.awaits())
    }
}

impl<L: IntoLimits> LimitSource<Fixed> for L {
    fn into_source(self) -> Source {
        match self.into_limits() {
            Ok(Some(limits)) => Source::Fixed(limits),
            Ok(None) => Source::Nothing,
            Err(error) => Source::Failed(error),
        }
    }
}

impl<F, L> LimitSource<Immediate<L>> for F
where
    F: Fn(&HttpRequest) -> L + Send + Sync + 'static,
    L: IntoLimits,
{
    fn into_source(self) -> Source {
        Source::Function(Callback::immediate(move |request: &HttpRequest| self(request).into_limits()))
    }
}

impl<F, L> LimitSource<Awaited<L>> for F
where
    F: AsyncFn(&HttpRequest) -> L + Send + Sync + 'static,
    L: IntoLimits,
{
    fn into_source(self) -> Source {
        Source::Function(Callback::awaited(async move |request: &HttpRequest| {
            self(request).await.into_limits()
        }))
    }
}
