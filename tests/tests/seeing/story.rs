//! A story in which everything happens that is ever told of.

use actix_web::{
    App, HttpRequest, HttpResponse, Responder, get,
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Limiter, MemoryStorage, MissingKey, OnError, Rule, key::header, limit};
use ratelimit_tests::{FailingStorage, Mood, recovery};
use tokio::sync::{Mutex, MutexGuard};

/// Who asks, by an API key that nobody may see.
pub(crate) const SECRET: &str = "sk-live-3f9a-nobody-may-see-this";

/// Waits until no other test has a storage that fails: their gauge is one for all limiters of a process.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// Two a minute for each API key, and what the scope around it says.
#[get("")]
#[limit("2/minute", name = "data", override_defaults = false)]
async fn data() -> impl Responder {
    "ok"
}

/// The storage breaks while it runs.
async fn break_storage(storage: web::Data<FailingStorage>) -> impl Responder {
    storage.set(Mood::Broken);
    HttpResponse::Ok()
}

/// As many limits as clients ask for.
fn found(request: &HttpRequest) -> String {
    format!("{}/minute", request.uri().query().unwrap_or("7"))
}

/// Everything happens, once or more.
pub(crate) async fn everything() {
    let _alone = alone().await;
    let storage = FailingStorage::new(MemoryStorage::new());
    let limiter = Limiter::builder()
        .storage(storage.clone())
        .key(header("X-Api-Key"))
        .missing_key(MissingKey::Refuse)
        .meta_limits(Rule::new("2/minute").name("refusals"))
        .default_limits(Rule::new(found))
        .on_error(OnError::Fallback)
        .request_filter(|request| request.path() == "/internal")
        .build()
        .expect("the limits are right");
    let scope = |path, rule: Rule| web::scope(path).wrap(limiter.scope(rule).override_defaults(true));
    let tighter = Rule::new("1/minute").name("tighter").shadow();
    let failures = Rule::new("5/minute").name("failures").deduct_when(|answer| answer.status() == 401);
    let strict = Rule::new("5/minute").name("strict").on_error(OnError::Closed);
    let login = scope("/login", failures)
        .route("", web::get().to(HttpResponse::Ok))
        .route("/broken", web::get().to(break_storage));
    let app = App::new()
        .app_data(web::Data::new(storage.clone()))
        .wrap(limiter.clone())
        .service(scope("/data", tighter).service(data))
        .service(login)
        .service(scope("/vault", strict).route("", web::get().to(HttpResponse::Ok)))
        .route("/internal", web::get().to(HttpResponse::Ok))
        .route("/found", web::get().to(HttpResponse::Ok));
    let app = init_service(app).await;
    let ask = async |path: &str| {
        let request = TestRequest::get().uri(path).insert_header(("X-Api-Key", SECRET));
        call_service(&app, request.to_request()).await.status().as_u16()
    };

    // Allowed, allowed but not in shadow, refused, refused, and refused for having been refused.
    for status in [200, 200, 429, 429, 429] {
        assert_eq!(ask("/data").await, status);
    }
    assert_eq!(ask("/internal").await, 200);
    let keyless = TestRequest::get().uri("/found").to_request();
    assert_eq!(call_service(&app, keyless).await.status(), 429);

    let other = async |path: &str| {
        let request = TestRequest::get().uri(path).insert_header(("X-Api-Key", format!("{SECRET}-too")));
        call_service(&app, request.to_request()).await.status().as_u16()
    };
    for limit in 10..15 {
        assert_eq!(other(&format!("/found?{limit}")).await, 200);
    }
    assert_eq!(other("/login").await, 200); // given back
    assert_eq!(other("/login/broken").await, 200); // which fails
    assert_eq!(other("/found").await, 200); // without the storage
    assert_eq!(other("/vault").await, 503);
    storage.set(Mood::Well);
    recovery::back(&limiter).await;
    assert_eq!(other("/found").await, 200);
}
