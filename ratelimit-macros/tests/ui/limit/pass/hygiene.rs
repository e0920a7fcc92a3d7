//! Nothing in the user's module changes what the attributes mean.

#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]

mod shadows {
    mod core {}
    mod std {}
    mod actix_web {}
    mod ratelimit_actix {}
    mod ratelimit_core {}
    mod __private {}

    struct Result;
    struct Option;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Box;
    struct String;
    struct Vec;
    struct Key;
    struct Route;
    struct Strategy;
    struct str;
    struct bool;
    struct u64;
    trait Clone {}
    trait Debug {}
    trait Handler {}
    trait Into {}
    trait Default {}
    trait Fn {}
    trait Future {}
    const ROUTE: () = ();
    const raw: () = ();
    static request: () = ();
    fn selected() {}
    fn guard() {}
    fn limit() {}
    fn key_ip() {}

    macro_rules! concat {
        () => {};
    }
    macro_rules! module_path {
        () => {};
    }

    #[::ratelimit_actix::limit(
        "3/minute",
        key = (ip, header("X-User-Id"), |_| "x"),
        strategy = token_bucket,
        burst = 5,
        methods("GET"),
        name = "name",
    )]
    #[::ratelimit_actix::exempt(application, default, meta)]
    pub(super) async fn handler(_: ::actix_web::HttpRequest) -> &'static ::core::primitive::str {
        let () = ROUTE;
        "fine"
    }
}

/// Without what Actix's own routing attributes can't stand: a module named `actix_web`.
mod routed {
    mod core {}
    mod std {}
    mod ratelimit_actix {}

    struct Result;
    struct Option;
    trait Clone {}
    const raw: () = ();

    #[::ratelimit_actix::limit("3/minute")]
    #[::actix_web::get("/above")]
    pub(super) async fn above(above: ::actix_web::HttpRequest) -> ::actix_web::HttpResponse {
        let _ = above;
        ::actix_web::HttpResponse::Ok().finish()
    }

    #[::actix_web::get("/below")]
    #[::ratelimit_actix::limit("3/minute")]
    pub(super) async fn below() -> ::actix_web::HttpResponse {
        let below = ::actix_web::HttpResponse::Ok();
        { below }.finish()
    }
}

fn main() {
    let _ = actix_web::web::get().to(shadows::handler);
    let _ = shadows::handler::unlimited;
    let _ = actix_web::App::new().service((routed::above, routed::below));
}
