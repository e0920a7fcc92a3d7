//! A decorated handler does what it did before.

use actix_web::{
    App, Either, Responder,
    http::{Method, StatusCode},
    test::{TestRequest, call_and_read_body, call_service, init_service},
    web::{self, Data, Json},
};
use ratelimit_actix::{Limiter, limit};

/// A handler with limits runs only under a limiter.
fn limiter() -> Limiter {
    Limiter::builder().build().expect("right settings")
}

const GREETING: &str = "hello";

/// Sixteen extractors, the most that Actix takes.
#[limit("3/minute")]
#[expect(clippy::too_many_arguments, clippy::many_single_char_names, reason = "the point of it")]
async fn sixteen(
    a: Method,
    b: Method,
    c: Method,
    d: Method,
    e: Method,
    f: Method,
    g: Method,
    h: Method,
    i: Method,
    j: Method,
    k: Method,
    l: Method,
    m: Method,
    n: Method,
    o: Method,
    p: Method,
) -> String {
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].map(|method| method.to_string()).concat()
}

#[actix_web::test]
async fn sixteen_extractors_are_extracted() {
    let service = init_service(App::new().wrap(limiter()).route("/", web::get().to(sixteen))).await;
    let body = call_and_read_body(&service, TestRequest::get().to_request()).await;
    assert_eq!(body, "GET".repeat(16));
}

mod names {
    use actix_web::{
        HttpRequest, get,
        http::Method,
        web::{Data, Query},
    };
    use ratelimit_actix::{exempt, limit};

    #[limit("3/minute")]
    pub(super) async fn data(data: Data<String>, raw: HttpRequest, request: Method) -> String {
        let route = raw.path();
        format!("{} {route} {request}", data.as_str())
    }

    #[get("/index")]
    #[limit("3/minute")]
    pub(super) async fn index(Query(mut index): Query<Vec<(String, u8)>>, _: Method) -> String {
        index.sort();
        format!("{index:?}")
    }

    #[exempt]
    pub(super) async fn r#match(_request: HttpRequest) -> String {
        let r#match = super::GREETING;
        r#match.to_owned()
    }
}

#[actix_web::test]
async fn names_mean_what_they_meant() {
    let app = App::new()
        .wrap(limiter())
        .app_data(Data::new("text".to_owned()))
        .route("/data", web::get().to(names::data))
        .route("/match", web::get().to(names::r#match))
        .service(names::index);
    let service = init_service(app).await;
    for (path, expected) in
        [("/data", "text /data GET"), ("/match", "hello"), ("/index?b=2&a=1", r#"[("a", 1), ("b", 2)]"#)]
    {
        let body = call_and_read_body(&service, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(body, expected, "{path}");
    }
}

#[limit("3/minute", key = global)]
async fn either(body: Either<Json<u8>, String>) -> impl Responder {
    match body {
        Either::Left(Json(number)) => (format!("number {number}"), StatusCode::OK),
        Either::Right(text) => (format!("text {text}"), StatusCode::ACCEPTED),
    }
}

#[actix_web::test]
async fn the_body_reaches_the_extractors() {
    let service = init_service(App::new().wrap(limiter()).route("/", web::post().to(either))).await;
    let body = call_and_read_body(&service, TestRequest::post().set_json(7).to_request()).await;
    assert_eq!(body, "number 7");
    let body = call_and_read_body(&service, TestRequest::post().set_payload("seven").to_request()).await;
    assert_eq!(body, "text seven");
}

#[actix_web::test]
async fn an_extractor_still_refuses() {
    #[limit("3/minute")]
    async fn strict(_: Json<u8>) -> &'static str {
        "read"
    }
    let service = init_service(App::new().wrap(limiter()).route("/", web::post().to(strict))).await;
    let response = call_service(&service, TestRequest::post().set_payload("{").to_request()).await;
    assert!(response.status().is_client_error());
}

mod unit_testable {
    use super::*;

    #[limit("3/minute")]
    async fn double(number: web::Path<u32>) -> String {
        (*number * 2).to_string()
    }

    #[limit("3/minute")]
    pub async fn strict(number: web::Path<u32>) -> Result<impl Responder, actix_web::Error> {
        if *number == 0 { Err(actix_web::error::ErrorBadRequest("zero")) } else { Ok("fine") }
    }

    /// Calls itself, as any function may.
    #[limit("3/minute")]
    async fn factorial(number: web::Path<u32>) -> String {
        let number = number.into_inner();
        if number == 0 {
            return "1".to_owned();
        }
        let before: u32 = Box::pin(factorial((number - 1).into())).await.parse().expect("a number");
        (before * number).to_string()
    }

    #[actix_web::test]
    async fn the_handler_can_be_called_without_its_limits() {
        assert_eq!(double::unlimited(21.into()).await, "42");
        assert_eq!(factorial::unlimited(5.into()).await, "120");
        assert!(strict::unlimited(0.into()).await.is_err());
        assert!(strict::unlimited(1.into()).await.is_ok());
    }
}

#[limit("3/minute")]
#[cfg(any())]
async fn configured_out(argument: ThisTypeDoesNotExist) {}

#[cfg(not(any()))]
#[limit("3/minute")]
#[deprecated]
#[must_use]
async fn configured_in() -> &'static str {
    "in"
}

#[actix_web::test]
async fn other_attributes_keep_their_meaning() {
    #[expect(deprecated, reason = "the attribute belongs to the name that is used")]
    let app = App::new().wrap(limiter()).route("/", web::get().to(configured_in));
    let service = init_service(app).await;
    let body = call_and_read_body(&service, TestRequest::get().to_request()).await;
    assert_eq!(body, "in");
}

macro_rules! handler {
    ($name:ident, $body:block) => {
        #[limit("3/minute")]
        async fn $name() -> &'static str $body
    };
}

handler!(from_a_macro, { "from a macro" });

#[actix_web::test]
async fn a_body_may_come_through_macro_rules() {
    let app = App::new().wrap(limiter()).route("/", web::get().to(from_a_macro));
    let service = init_service(app).await;
    let body = call_and_read_body(&service, TestRequest::get().uri("/").to_request()).await;
    assert_eq!(body, "from a macro");
}
