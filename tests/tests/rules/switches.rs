//! Request filters, and the limiter's switch.

use actix_web::{HttpRequest, get, web};
use ratelimit_actix::{Limiter, ManualClock, exempt, limit};
use ratelimit_tests::{Ask, Backend, Server};

use super::{ok, serve};

#[get("/own")]
#[limit("1/minute")]
async fn own() -> &'static str {
    "ok"
}

#[get("/admin/{state}")]
#[exempt]
async fn switch(state: web::Path<String>, limiter: web::Data<Limiter>) -> &'static str {
    limiter.set_enabled(*state == "on");
    "done"
}

#[actix_web::test]
async fn one_filter_is_enough_and_frees_of_everything() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .application_limits("2/minute")
            .default_limits("1/minute")
            .request_filter(|request: &HttpRequest| request.headers().contains_key("X-Internal"))
            .request_filter(|request: &HttpRequest| request.path().starts_with("/static/"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(own).route("/static/a", web::get().to(ok)).route("/open", web::get().to(ok));
        });
        for path in ["/own", "/open", "/nowhere"] {
            let statuses = Ask::get(path).header("X-Internal", "1").statuses(&server, 3).await;
            assert!(!statuses.contains(&429), "{path}: {statuses:?}");
        }
        let passed = Ask::get("/static/a").of(&server).await;
        assert_eq!((passed.status.as_u16(), passed.header("x-ratelimit-limit")), (200, ""));
        assert_eq!(Ask::get("/own").statuses(&server, 2).await, [200, 429], "they took nothing");
    }
}

#[actix_web::test]
async fn it_can_be_switched_off_and_on_while_it_runs() {
    let limiter = Limiter::builder().default_limits("1/minute").clock(ManualClock::new()).build();
    let limiter = limiter.expect("right settings");
    let server = Server::start(limiter, |app, limiter| {
        app.app_data(web::Data::new(limiter.clone()))
            .service((own, switch))
            .route("/open", web::get().to(ok));
    });
    for path in ["/own", "/open"] {
        assert_eq!(Ask::get(path).statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/admin/off").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get(path).statuses(&server, 3).await, [200; 3]);
        assert_eq!(Ask::get("/admin/on").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get(path).statuses(&server, 1).await, [429], "the counts are as they were");
    }
}
