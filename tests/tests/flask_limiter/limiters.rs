//! Limiters that have company, and who hears of their refusals.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{HttpResponse, Responder, get, web};
use ratelimit_actix::{Limiter, ManualClock, limit};
use ratelimit_tests::{Ask, Backend, Server};

use super::{ok, serve};

#[get("/slowping")]
#[limit("1/minute")]
async fn slow_ping() -> impl Responder {
    "pong"
}

#[get("/ping")]
#[limit("2/second")]
async fn second_ping() -> impl Responder {
    "pong"
}

/// Vector 7: one limiter in two apps; their handlers' own limits count apart.
#[actix_web::test]
async fn vector_7_multiple_apps() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let defaults = Limiter::builder().default_limits("1/second");
        let limiter = backend.behind(defaults, &clock).build().expect("right settings");
        let first = Server::start(limiter.clone(), |app, _| {
            app.service(slow_ping).route("/ping", web::get().to(ok));
        });
        let second = Server::start(limiter, |app, _| {
            app.service(second_ping);
        });
        assert_eq!(Ask::get("/ping").statuses(&first, 2).await, [200, 429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/ping").statuses(&first, 1).await, [200]);
        assert_eq!(Ask::get("/slowping").statuses(&first, 1).await, [200]);
        clock.advance(Duration::from_secs(59));
        assert_eq!(Ask::get("/slowping").statuses(&first, 1).await, [429]);
        clock.advance(Duration::from_secs(1));
        assert_eq!(Ask::get("/slowping").statuses(&first, 1).await, [200]);
        assert_eq!(Ask::get("/ping").statuses(&second, 3).await, [200, 200, 429]);
    }
}

#[get("/sub")]
#[limit("1/second")]
async fn sub_path() -> impl Responder {
    "ok"
}

/// Vector 17: the app hears of each refusal once, with the limit that refused.
#[actix_web::test]
async fn vector_17_default_on_breach_callback() {
    for backend in Backend::ALL {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        let builder = Limiter::builder().default_limits("2/second").on_breach(move |request, breach| {
            let limits = breach.refused().iter().map(|verdict| verdict.policy().quota().limit().to_string());
            let line = format!("{} {}", request.path(), limits.collect::<Vec<_>>().join(", "));
            hears.lock().expect("no panic").push(line);
            HttpResponse::TooManyRequests().finish()
        });
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(sub_path).route("/root", web::get().to(ok));
        });
        assert_eq!(Ask::get("/root").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/sub").statuses(&server, 3).await, [200, 429, 429]);
        let heard = heard.lock().expect("no panic");
        assert_eq!(*heard, ["/root 2 per 1 second", "/sub 1 per 1 second", "/sub 1 per 1 second"]);
    }
}

/// Vector 18: two limiters on one app, each with its own default limits.
#[actix_web::test]
async fn vector_18_multiple_limiters_default_limits() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let build = |limits| {
            let builder = Limiter::builder().default_limits(limits);
            backend.behind(builder, &clock).build().expect("right settings")
        };
        let (outer, inner) = (build("1/second"), build("10/minute"));
        let server = Server::start(outer, move |app, _| {
            app.service(web::scope("/s").wrap(inner.clone()).route("/", web::get().to(ok)));
        });
        let ask = Ask::get("/s/");
        assert_eq!(ask.statuses(&server, 2).await, [200, 429]);
        for _ in 0..9 {
            clock.advance(Duration::from_secs(1));
            assert_eq!(ask.statuses(&server, 1).await, [200]);
        }
        clock.advance(Duration::from_secs(1));
        assert_eq!(ask.statuses(&server, 1).await, [429]);
        clock.advance(Duration::from_secs(50));
        assert_eq!(ask.statuses(&server, 1).await, [200]);
    }
}
