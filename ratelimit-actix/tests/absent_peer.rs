//! Requests without a peer address, as over a Unix socket: they count together, whatever they claim.

use actix_web::{
    App, Responder, get,
    test::{TestRequest, call_service, init_service},
};
use ratelimit_actix::{Limiter, limit};

#[get("/")]
#[limit("2/minute", key = ip)]
async fn index() -> impl Responder {
    "ok"
}

#[actix_web::test]
async fn clients_without_an_address_share_one_counter() {
    let limiter = Limiter::builder().trusted_proxies(["0.0.0.0/0", "::/0"]).build().expect("right settings");
    let app = init_service(App::new().wrap(limiter).service(index)).await;
    let mut statuses = Vec::new();
    for forwarded in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let request = TestRequest::get().uri("/").insert_header(("X-Forwarded-For", forwarded));
        statuses.push(call_service(&app, request.to_request()).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}
