//! Limits of Actix scopes: default limits that hold within them.

use std::time::Duration;

use actix_web::{
    Error, HttpRequest, Scope,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    get,
    middleware::{Next, from_fn},
    web,
};
use ratelimit_actix::{Limiter, ManualClock, Rule, exempt, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

#[get("/own")]
#[limit("4/minute")]
async fn own() -> &'static str {
    "ok"
}

#[get("/both")]
#[limit("4/minute", override_defaults = false)]
async fn both() -> &'static str {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> &'static str {
    "ok"
}

async fn later(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    actix_web::rt::task::yield_now().await;
    next.call(request).await
}

async fn two(_: &HttpRequest) -> &'static str {
    actix_web::rt::task::yield_now().await;
    "2/minute"
}

/// How a scope of `limits` behaves, beside default limits of three a minute.
async fn check<S: HttpServiceFactory + 'static>(
    wrap: impl Fn(&Limiter, Scope) -> S + Copy + Send + 'static,
    open: &[u16],
) {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server =
            serve(backend, Limiter::builder().default_limits("3/minute"), &clock, move |app, limiter| {
                let scope = web::scope("/api").service((own, both, free)).route("/open", web::get().to(ok));
                app.route("/outside", web::get().to(ok))
                    .service(wrap(limiter, scope.route("/open2", web::get().to(ok))));
            });
        assert_eq!(Ask::get("/outside").statuses(&server, 4).await, [200, 200, 200, 429]);
        for path in ["/api/open", "/api/open2", "/api/both"] {
            assert_eq!(Ask::get(path).statuses(&server, open.len()).await, open, "{path} on {backend:?}");
        }
        assert_eq!(Ask::get("/api/own").statuses(&server, 5).await, [200, 200, 200, 200, 429]);
        assert_eq!(Ask::get("/api/free").statuses(&server, 9).await, [200; 9]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/api/open").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn they_hold_beside_the_default_limits() {
    check(|limiter, scope| scope.wrap(limiter.scope("2/minute")), &[200, 200, 429]).await;
    check(|limiter, scope| scope.wrap(limiter.scope("9/minute")), &[200, 200, 200, 429]).await;
}

#[actix_web::test]
async fn they_may_override_the_default_limits() {
    let overriding =
        |limiter: &Limiter, scope: Scope| scope.wrap(limiter.scope("4/minute").override_defaults(true));
    check(overriding, &[200, 200, 200, 200, 429]).await;
}

#[actix_web::test]
async fn nested_ones_add_up_unless_an_inner_one_overrides() {
    let adding = |limiter: &Limiter, scope: Scope| {
        web::scope("").wrap(limiter.scope("2/minute")).service(scope.wrap(limiter.scope("9/minute")))
    };
    check(adding, &[200, 200, 429]).await;
    let narrowing = |limiter: &Limiter, scope: Scope| {
        web::scope("").wrap(limiter.scope("9/minute")).service(scope.wrap(limiter.scope("2/minute")))
    };
    check(narrowing, &[200, 200, 429]).await;
    let overriding = |limiter: &Limiter, scope: Scope| {
        let inner = limiter.scope("4/minute").override_defaults(true);
        web::scope("").wrap(limiter.scope("2/minute")).service(scope.wrap(inner))
    };
    check(overriding, &[200, 200, 200, 200, 429]).await;
}

#[actix_web::test]
async fn they_hold_inside_and_outside_of_asynchronous_middlewares() {
    check(|limiter, scope| scope.wrap(from_fn(later)).wrap(limiter.scope("2/minute")), &[200, 200, 429])
        .await;
    check(|limiter, scope| scope.wrap(limiter.scope("2/minute")).wrap(from_fn(later)), &[200, 200, 429])
        .await;
    check(
        |limiter, scope| {
            let overriding = limiter.scope("4/minute").override_defaults(true);
            let outer = web::scope("").wrap(from_fn(later)).wrap(limiter.scope("2/minute"));
            outer.service(scope.wrap(overriding))
        },
        // What stands around is asked before the inner scope is known, and given back.
        &[200, 200, 200, 200, 429],
    )
    .await;
    check(
        |limiter, scope| {
            let overriding = limiter.scope("4/minute").override_defaults(true);
            scope.wrap(overriding).wrap(limiter.around(from_fn(later)))
        },
        &[200, 200, 200, 200, 429],
    )
    .await;
}

#[actix_web::test]
async fn their_limits_may_come_from_an_async_function() {
    check(|limiter, scope| scope.wrap(limiter.scope(two)), &[200, 200, 429]).await;
}

#[actix_web::test]
async fn a_shared_one_counts_all_routes_together() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, limiter| {
            let scope = web::scope("/api").route("/a", web::get().to(ok)).route("/b", web::get().to(ok));
            app.service(scope.wrap(limiter.scope(Rule::new("2/minute").shared("api"))));
        });
        assert_eq!(Ask::get("/api/a").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/api/b").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/api/a").statuses(&server, 1).await, [429]);
    }
}

/// It brings the limiter along: its application limits and its state.
#[actix_web::test]
async fn a_scope_may_be_all_that_is_limited() {
    let limiter = Limiter::builder().application_limits("4/minute").clock(ManualClock::new()).build();
    let limiter = limiter.expect("right settings");
    let server = ratelimit_tests::Server::start(
        Limiter::builder().enabled(false).build().expect("right settings"),
        move |app, _| {
            app.service(
                web::scope("/api")
                    .wrap(limiter.scope("2/minute"))
                    .service(own)
                    .route("/open", web::get().to(ok)),
            )
            .route("/outside", web::get().to(ok));
        },
    );
    assert_eq!(Ask::get("/api/open").statuses(&server, 3).await, [200, 200, 429]);
    assert_eq!(
        Ask::get("/api/own").statuses(&server, 2).await,
        [200, 429],
        "the application's fourth is the last"
    );
    assert_eq!(Ask::get("/outside").statuses(&server, 9).await, [200; 9]);
}

#[actix_web::test]
async fn a_bad_limit_is_found_at_start() {
    let limiter = Limiter::builder().build().expect("right settings");
    let error = limiter.try_scope("5/minuet").expect_err("no unit");
    assert!(error.to_string().contains("scope: ") && error.to_string().contains("minute"), "{error}");
}
