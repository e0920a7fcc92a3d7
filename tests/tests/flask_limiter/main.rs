//! What the tests of Flask-Limiter (FL) and of its engine, `limits`, show, on our whole stack: on real
//! servers, over storages that answer at once and late, by a manual clock. The numbers are those of our
//! notes on both; a number that is missing below is missing there. Where the wanted behaviour is another,
//! a test says *unlike FL* and asserts ours.
//!
//! # Vectors
//! | number | where |
//! |---|---|
//! | 1, 2, 26, 38, 39 | [`defaults`] |
//! | 3, 5, 14, 15, 23, 29 | [`conditions`] |
//! | 7, 17, 18 | [`limiters`] |
//! | 8, 9, 11, 12 (seconds, date), 37 | [`headers`] |
//! | 20, 27, 31, 48 | [`decorators`]; of 27, what is no limit: `bad_limit_string` among the macros' UI tests |
//! | 21 | [`exemptions`] |
//! | 30, 32 | `migration` |
//! | 36 failing storages | `failures`: unlike FL (200 or 500), counted in memory, 200 or 503 |
//! | 40, 41, 42, 46 | `vectors` among the core's strategy tests |
//! | 47 limit strings | the core's `limit::tests`; the names of counters are ours |
//!
//! # Traps
//! What FL does and we must not: each with a test that we don't.
//!
//! | section | trap | where |
//! |---|---|---|
//! | 1.1 | 404, 405 and static files meet no limit | [`requests`], `rules::unmatched`, `route_shapes` |
//! | 1.1 | limits are asked in the order of their units | [`order`] |
//! | 1.1 | a handler's limits hide the application's | [`order`] |
//! | 1.2 | refused requests are counted, by some limits | [`order`], [`decorators`], `rules::counters` |
//! | 1.3 | equal limits share a counter | [`identity`], `rules::counters` |
//! | 1.3 | `("a/b", "c")` is `("a", "b/c")` | [`identity`] |
//! | 1.3 | changing the strategy breaks on old data | [`identity`] |
//! | 1.4 | a bad limit is found by a request, or never | `building` of `ratelimit-actix`, the macros' UI tests |
//! | 1.4 | a helper's limits change with the second request | `migration`: see vector 30 |
//! | 1.5 | a key that is missing drops the limit | [`defaults`], `clients` |
//! | 1.6 | a cost of 0 is 1 | [`requests`] |
//! | 1.6 | `methods=["GET"]` leaves HEAD out | [`requests`], `rules::counters` |
//! | 1.7 | an exemption drops the route's own limits | [`exemptions`], `exemption` |
//! | 1.9 | Retry-After on answers that pass | [`headers`], `refusals` |
//! | 1.9 | two limiters write headers twice | `misuse` |
//! | 1.10 | exempt routes are limited while the storage fails | [`exemptions`] |
//! | 1.11 | preflights are counted | [`requests`], `rules::preflight` |
//! | 1.1 | a limit that is exempt for a request hides the application's headers | [`conditions`] |
//! | 1.3, 1.8 | the prefix doesn't hold for meta limits, and a method's own is a crash | `rules::meta` |
//! | 1.4 | a function that fails drops its limit, or is a 500 | [`conditions`], `rules::functions` |
//! | 1.6 | `deduct_when` is overrun by parallel requests | `rules::deductions` |
//! | 1.6 | `deduct_when` counts some refusals by other limits, and headers are stale | `rules::deductions` |
//! | 1.7 | meta limits refuse what a filter lets pass | `rules::meta` |
//! | 1.7 | a scope's own meta limits are lost | `rules::meta` |
//! | 1.10 | an error in a function of the application's is an outage of the storage | [`conditions`] |

mod conditions;
mod decorators;
mod defaults;
mod exemptions;
mod headers;
mod identity;
mod limiters;
mod order;
mod requests;

use actix_web::{Responder, web::ServiceConfig};
use ratelimit_actix::{Limiter, LimiterBuilder, ManualClock};
use ratelimit_tests::{Backend, Server};

/// Serves `routes` under the limiter of `builder`, which counts on `backend` and by `clock`.
fn serve(
    backend: Backend,
    builder: LimiterBuilder,
    clock: &ManualClock,
    routes: impl Fn(&mut ServiceConfig, &Limiter) + Clone + Send + 'static,
) -> Server {
    Server::start(backend.behind(builder, clock).build().expect("right settings"), routes)
}

async fn ok() -> impl Responder {
    "ok"
}
