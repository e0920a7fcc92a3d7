//! What macro-written code calls. Not for people: it changes without notice.

use actix_web::HttpResponse;

pub use actix_web::{HttpRequest, dev::Payload};
pub use ratelimit_core::{Key, LimitSet, Strategy};
pub use std::sync::LazyLock;

pub use crate::decorated::{Answer, Decorated, run};
pub use crate::key::find::*;
pub use crate::route::{Exemption, Route, limit};
pub use crate::{Breach, OnError, Rule};

/// Gives a closure's parameter its type.
pub fn of_request<F, T>(function: F) -> F
where
    F: Fn(&HttpRequest) -> T,
{
    function
}

/// The same for an `async` closure.
pub fn of_request_async<F, T>(function: F) -> F
where
    F: AsyncFn(&HttpRequest) -> T,
{
    function
}

/// The same for a closure of the response.
pub fn of_response<F, T>(function: F) -> F
where
    F: Fn(&HttpResponse) -> T,
{
    function
}

/// The same for a closure of the request and its breach.
pub fn of_breach<F, T>(function: F) -> F
where
    F: Fn(&HttpRequest, &Breach) -> T,
{
    function
}
