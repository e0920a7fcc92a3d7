//! S6: CORS preflights, and what only looks like one.

use actix_web::{Responder, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend, Server};

use super::{limiter, ok};

fn preflight() -> Ask {
    preflight_of("/any")
}

fn preflight_of(path: &str) -> Ask {
    Ask::new("OPTIONS", path)
        .header("Origin", "https://app.test")
        .header("Access-Control-Request-Method", "POST")
}

#[limit("2/minute")]
async fn own() -> impl Responder {
    "ok"
}

fn routes(app: &mut web::ServiceConfig, _: &Limiter) {
    app.service(web::resource("/any").to(own)).service(web::resource("/open").to(ok));
}

#[actix_web::test]
async fn is_not_counted_but_can_be() {
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend, "1/minute", &ManualClock::new()), routes);
        assert_eq!(preflight_of("/open").statuses(&server, 5).await, [200; 5]);
        assert_eq!(Ask::get("/open").statuses(&server, 2).await, [200, 429]);
        // A decorated handler that answers preflights itself counts them, but not as its requests.
        assert_eq!(preflight().statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/any").statuses(&server, 3).await, [200, 200, 429]);

        let builder = Limiter::builder().limit_preflight(true);
        let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, routes);
        assert_eq!(preflight().statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn what_no_browser_sends_is_counted() {
    let server = Server::start(limiter(Backend::Memory, "1/minute", &ManualClock::new()), routes);
    let forged = [
        Ask::new("OPTIONS", "/any"),
        preflight().body("{\"password\":\"guess\"}"),
        preflight().header("Authorization", "Basic Z3Vlc3M="),
        preflight().header("Cookie", "sid=1"),
        preflight().header("Upgrade", "websocket"),
        preflight().header("Content-Type", "application/json"),
        preflight().header("Origin", "https://second.test"),
    ];
    let mut statuses = Vec::new();
    for ask in &forged {
        statuses.push(ask.of(&server).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429, 429, 429, 429]);
}
