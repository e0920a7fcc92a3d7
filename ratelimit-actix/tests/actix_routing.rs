//! What the middleware leans on in Actix: a handler is cloned, and nothing of it has run, when `call` on
//! the service returns. Were this to fail after an update of Actix, decorated handlers would be
//! charged defaults first and refunded: see DESIGN.md.

use std::{
    cell::RefCell,
    future::{Ready, ready},
};

use actix_web::{
    App, FromRequest, Handler, HttpRequest,
    dev::{Payload, Service},
    guard,
    middleware::{Compat, DefaultHeaders, Logger},
    test::{TestRequest, init_service},
    web,
};

thread_local! {
    static STEPS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn note(step: &'static str) {
    STEPS.with_borrow_mut(|steps| steps.push(step));
}

/// A handler that notes when it is cloned and when it runs.
struct Watched;

impl Clone for Watched {
    fn clone(&self) -> Self {
        note("cloned");
        Self
    }
}

impl Handler<(Extractor,)> for Watched {
    type Output = &'static str;
    type Future = Ready<&'static str>;

    fn call(&self, _: (Extractor,)) -> Self::Future {
        note("ran");
        ready("ok")
    }
}

struct Extractor;

impl FromRequest for Extractor {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        note("extracted");
        ready(Ok(Self))
    }
}

#[actix_web::test]
async fn a_handler_is_cloned_as_its_route_is_chosen_and_runs_only_when_polled() {
    let app = init_service(
        App::new().wrap(Logger::default()).service(
            web::scope("/a")
                .guard(guard::Host("a.test"))
                .wrap(Compat::new(DefaultHeaders::new()))
                .service(web::scope("/{b}").service(web::resource("/c").route(web::get().to(Watched)))),
        ),
    )
    .await;
    let request = || TestRequest::get().uri("/a/b/c").insert_header(("Host", "a.test")).to_request();
    STEPS.take();

    let unpolled = app.call(request());
    assert_eq!(STEPS.take(), ["cloned"]);
    drop(unpolled);
    assert_eq!(STEPS.take(), [""; 0]);

    let answer = app.call(request()).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(STEPS.take(), ["cloned", "extracted", "ran"]);
}
