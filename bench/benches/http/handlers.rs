//! What the apps' route does.

use actix_web::{HttpResponse, Responder, get};
use ratelimit_actix::limit;

#[get("/")]
pub async fn hello() -> impl Responder {
    "hello"
}

#[get("/")]
pub async fn headers_by_hand() -> impl Responder {
    HttpResponse::Ok()
        .insert_header(("x-ratelimit-limit", "1000000000"))
        .insert_header(("x-ratelimit-remaining", "999999999"))
        .insert_header(("x-ratelimit-reset", "1795600000"))
        .insert_header(("ratelimit-policy", r#""1000000000 per 1 hour";q=1000000000;w=3600"#))
        .insert_header(("ratelimit", r#""1000000000 per 1 hour";r=999999999;t=3600"#))
        .body("hello")
}

#[get("/")]
pub async fn refusal_by_hand() -> impl Responder {
    HttpResponse::TooManyRequests()
        .insert_header(("vary", "accept"))
        .insert_header(("x-ratelimit-limit", "1"))
        .insert_header(("x-ratelimit-remaining", "0"))
        .insert_header(("x-ratelimit-reset", "1795600000"))
        .insert_header(("ratelimit-policy", r#""1 per 1 hour";q=1;w=3600"#))
        .insert_header(("ratelimit", r#""1 per 1 hour";r=0;t=3600"#))
        .insert_header(("retry-after", "3600"))
        .content_type("application/problem+json")
        .body(concat!(
            r#"{"detail":"1 per 1 hour exceeded; retry after 3600 seconds","status":429,"#,
            r#""title":"Request cannot be satisfied as assigned quota has been exceeded","#,
            r#""type":"https://iana.org/assignments/http-problem-types#quota-exceeded","#,
            r#""violated-policies":["1 per 1 hour"]}"#
        ))
}

#[get("/")]
#[limit("1/hour", key = ip)]
pub async fn one_an_hour() -> impl Responder {
    "hello"
}

/// A handler with limits that are never used up.
macro_rules! limited {
    ($name:ident, $limits:literal) => {
        #[get("/")]
        #[limit($limits, key = ip)]
        pub async fn $name() -> impl Responder {
            "hello"
        }
    };
}

limited!(limited_1, "1000000000/hour");
limited!(limited_2, "1000000000/hour; 1000000000/2 hour");
limited!(limited_4, "1000000000/hour; 1000000000/2 hour; 1000000000/3 hour; 1000000000/4 hour");
limited!(
    limited_8,
    "1000000000/hour; 1000000000/2 hour; 1000000000/3 hour; 1000000000/4 hour; 1000000000/5 hour; \
     1000000000/6 hour; 1000000000/7 hour; 1000000000/8 hour"
);
limited!(
    limited_16,
    "1000000000/hour; 1000000000/2 hour; 1000000000/3 hour; 1000000000/4 hour; 1000000000/5 hour; \
     1000000000/6 hour; 1000000000/7 hour; 1000000000/8 hour; 1000000000/9 hour; 1000000000/10 hour; \
     1000000000/11 hour; 1000000000/12 hour; 1000000000/13 hour; 1000000000/14 hour; 1000000000/15 hour; \
     1000000000/16 hour"
);
