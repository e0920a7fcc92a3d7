//! Traps of 1.3: limits and clients that share a counter by accident.

use actix_web::{Responder, get, web};
use ratelimit_actix::{Limiter, ManualClock, MemoryStorage, Strategy, key, limit};
use ratelimit_tests::{Ask, Backend, FailingStorage};

use super::{ok, serve};

#[get("/own")]
#[limit("2/minute; 2/minute; 2 per 60 seconds")]
async fn own() -> impl Responder {
    "ok"
}

#[get("/added")]
#[limit("2/minute", override_defaults = false)]
async fn added() -> impl Responder {
    "ok"
}

/// Trap: `2/minute; 2/minute` is a limit of 1 there, and so is a handler's limit that equals the default.
#[actix_web::test]
async fn equal_limits_count_once_in_every_tier() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("2/minute; 2/minute");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service((own, added)).route("/default", web::get().to(ok));
        });
        for path in ["/own", "/added", "/default"] {
            assert_eq!(Ask::get(path).statuses(&server, 3).await, [200, 200, 429], "{path}");
        }
        let application = Limiter::builder().application_limits("2/minute, 2/minute");
        let server = serve(backend, application.default_limits("2/minute"), &ManualClock::new(), |app, _| {
            app.route("/default", web::get().to(ok));
        });
        assert_eq!(Ask::get("/default").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[get("/tuple")]
#[limit("1/minute", key = (header("X-A"), header("X-B")))]
async fn tuple() -> impl Responder {
    "ok"
}

/// Trap: key parts are joined with bare slashes, so one client can be another.
#[actix_web::test]
async fn key_parts_do_not_run_into_each_other() {
    let pairs =
        [("a/b", "c"), ("a", "b/c"), ("a", "b"), ("ab", "c"), ("a,b", "c"), ("a", "b,c"), ("a/", "/c")];
    for backend in Backend::ALL {
        let by_pair =
            Limiter::builder().default_limits("1/minute").key((key::header("X-A"), key::header("X-B")));
        let server = serve(backend, by_pair, &ManualClock::new(), |app, _| {
            app.service(tuple).route("/default", web::get().to(ok));
        });
        for path in ["/tuple", "/default"] {
            for (first, second) in pairs {
                let ask = Ask::get(path).header("X-A", first).header("X-B", second);
                assert_eq!(ask.statuses(&server, 2).await, [200, 429], "{ask}");
            }
        }
    }
}

#[get("/item/{id}")]
#[limit("2/minute")]
async fn item() -> impl Responder {
    "ok"
}

/// Of 1.3, and alike here: a counter belongs to the route, not to the address of a page.
#[actix_web::test]
async fn all_paths_of_a_route_share_its_counter() {
    for backend in Backend::ALL {
        let defaults = Limiter::builder().default_limits("2/minute");
        let server = serve(backend, defaults, &ManualClock::new(), |app, _| {
            app.service(item).route("/page/{id}", web::get().to(ok));
        });
        for route in ["/item", "/page"] {
            for (id, status) in [("1", 200), ("2", 200), ("3", 429), ("1?x=y", 429)] {
                let path = format!("{route}/{id}");
                assert_eq!(Ask::get(&path).statuses(&server, 1).await, [status], "{path}");
            }
        }
    }
}

/// Trap: the strategy is not part of the counter's name, and data of another strategy break it.
#[actix_web::test]
async fn another_strategy_begins_anew_on_old_data() {
    let clock = ManualClock::new();
    let storage = FailingStorage::new(MemoryStorage::builder().clock(clock.clone()).build());
    for strategy in Strategy::ALL {
        let builder = Limiter::builder().default_limits("2/minute").strategy(strategy);
        let server = serve(Backend::Memory, builder.storage(storage.clone()), &clock, |app, _| {
            app.service(item).route("/default", web::get().to(ok));
        });
        for path in ["/default", "/item/1"] {
            assert_eq!(Ask::get(path).statuses(&server, 3).await, [200, 200, 429], "{strategy} {path}");
        }
    }
}
