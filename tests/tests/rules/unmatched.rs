//! S5: requests that match no route.

use actix_web::{guard::Host, web};
use ratelimit_actix::{Limiter, ManualClock};
use ratelimit_tests::{Ask, Backend, Server};

use super::{limiter, ok};

#[actix_web::test]
async fn scanners_share_one_counter() {
    for backend in Backend::ALL {
        let server = Server::start(limiter(backend, "3/minute", &ManualClock::new()), |app, _| {
            app.route("/open", web::get().to(ok));
        });
        for (path, status) in [("/a", 404), ("/b", 404), ("/c", 404), ("/d", 429)] {
            assert_eq!(Ask::get(path).statuses(&server, 1).await, [status], "{path}");
        }
        assert_eq!(Ask::new("POST", "/e").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn can_be_left_uncounted() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits("2/minute").limit_unmatched(false);
        let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, |app, _| {
            app.service(web::scope("/s").guard(Host("a.test")).route("/x", web::get().to(ok)))
                .service(web::scope("/s").route("/only-here", web::get().to(ok)));
        });
        assert_eq!(Ask::get("/a").statuses(&server, 5).await, [404; 5]);
        // A route that no pattern shows before routing is still counted.
        assert_eq!(Ask::get("/s/only-here").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn made_up_methods_are_no_new_allowance() {
    let server = Server::start(limiter(Backend::Memory, "2/minute", &ManualClock::new()), |app, _| {
        app.service(web::resource("/any").to(ok));
    });
    let made_up = async |method| Ask::new(method, "/any").of(&server).await.status.as_u16();
    assert_eq!([made_up("FOO").await, made_up("BAR").await, made_up("BAZ").await], [200, 200, 429]);
}
