//! Traps that single requests meet: costs of nothing, preflights, HEAD, what matches no route.

use actix_web::{Responder, get, route, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

#[get("/free")]
#[limit("1/minute", cost = 0)]
async fn costs_nothing() -> impl Responder {
    "ok"
}

/// Trap of 1.6: a cost of 0 silently becomes 1 there.
#[actix_web::test]
async fn a_cost_of_nothing_is_nothing() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, _| {
            app.service(costs_nothing);
        });
        assert_eq!(Ask::get("/free").statuses(&server, 4).await, [200; 4]);
    }
}

/// Trap of 1.11: preflights use up the default limit of a route there.
#[actix_web::test]
async fn preflights_take_nothing_from_a_default() {
    for backend in Backend::ALL {
        let both = Limiter::builder().default_limits("1/minute").application_limits("4/minute");
        let server = serve(backend, both, &ManualClock::new(), |app, _| {
            app.service(web::resource("/any").to(ok)).route("/get", web::get().to(ok));
        });
        for (path, answered) in [("/any", 200), ("/get", 404)] {
            let preflight = Ask::new("OPTIONS", path)
                .header("Origin", "https://app.test")
                .header("Access-Control-Request-Method", "GET");
            assert_eq!(preflight.statuses(&server, 5).await, [answered; 5]);
            assert_eq!(Ask::get(path).statuses(&server, 2).await, [200, 429], "{path}");
        }
    }
}

#[route("/heads", method = "GET", method = "HEAD", method = "POST")]
#[limit("2/minute", methods("get"))]
#[limit("1/minute", methods("POST"))]
async fn heads() -> impl Responder {
    "ok"
}

/// Trap of 1.6: `methods=["GET"]` leaves HEAD without a limit there.
#[actix_web::test]
async fn head_is_covered_by_get_and_shares_its_counter() {
    for backend in Backend::ALL {
        let server = serve(backend, Limiter::builder(), &ManualClock::new(), |app, _| {
            app.service(heads);
        });
        assert_eq!(Ask::get("/heads").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::new("HEAD", "/heads").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/heads").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::new("POST", "/heads").statuses(&server, 2).await, [200, 429]);
    }
}

/// Trap of 1.1: what matches no route meets no limit at all there, not even the application's.
#[actix_web::test]
async fn what_matches_no_route_counts_for_the_application() {
    for backend in Backend::ALL {
        let application = Limiter::builder().application_limits("3/minute");
        let server = serve(backend, application, &ManualClock::new(), |app, _| {
            app.route("/get", web::get().to(ok));
        });
        assert_eq!(Ask::get("/none").statuses(&server, 1).await, [404]);
        assert_eq!(Ask::new("POST", "/get").statuses(&server, 1).await, [404]);
        assert_eq!(Ask::get("/get").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/none").statuses(&server, 1).await, [429]);
    }
}
