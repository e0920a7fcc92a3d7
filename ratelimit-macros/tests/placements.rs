//! Wherever the attributes stand and however the handler is registered, it runs.

use actix_web::{
    App, HttpRequest, HttpResponse, Responder, Result,
    body::to_bytes,
    dev::ServiceResponse,
    error::ErrorImATeapot,
    get,
    http::{Method, StatusCode},
    options, post, put, route, routes, scope,
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Limiter, exempt, limit};

async fn answer(app: App<impl AppEntry>, method: Method, path: &str) -> (StatusCode, String) {
    let limiter = Limiter::builder().build().expect("right settings");
    let service = init_service(app.wrap(limiter)).await;
    let response = call_service(&service, TestRequest::default().method(method).uri(path).to_request()).await;
    read(response).await
}

/// What `App::new()` is built on; Actix does not export its name.
trait AppEntry:
    actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = ServiceResponse,
        Error = actix_web::Error,
        InitError = (),
    > + 'static
{
}

impl<T> AppEntry for T where
    T: actix_web::dev::ServiceFactory<
            actix_web::dev::ServiceRequest,
            Config = (),
            Response = ServiceResponse,
            Error = actix_web::Error,
            InitError = (),
        > + 'static
{
}

async fn read(response: ServiceResponse) -> (StatusCode, String) {
    let status = response.status();
    let body = to_bytes(response.into_body()).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

macro_rules! assert_answers {
    ($app:expr, $($method:ident $path:literal => $text:literal),+ $(,)?) => {
        $(assert_eq!(
            answer($app, Method::$method, $path).await,
            (StatusCode::OK, $text.to_owned()),
            "{} {}", stringify!($method), $path,
        );)+
    };
}

mod routing_attributes {
    use super::*;

    #[limit("3/minute")]
    #[get("/above")]
    async fn above() -> &'static str {
        "above"
    }

    #[get("/below")]
    #[limit("3/minute")]
    pub(crate) async fn below() -> impl Responder {
        "below"
    }

    #[limit("3/minute")]
    #[exempt(meta)]
    #[post("/between")]
    #[limit("5/hour", key = global)]
    pub async fn between() -> impl Responder {
        "between"
    }

    #[exempt]
    #[actix_web::delete("/path")]
    async fn full_path() -> &'static str {
        "path"
    }

    #[put("/put")]
    #[ratelimit_actix::limit("3/minute")]
    async fn by_path() -> &'static str {
        "by_path"
    }

    #[limit("3/minute")]
    #[options("/options")]
    async fn asked() -> &'static str {
        "options"
    }

    #[route("/route", method = "GET", method = "PURGE")]
    #[limit("3/minute", methods("GET", "purge"))]
    async fn several() -> &'static str {
        "route"
    }

    #[limit("3/minute")]
    #[route("/route-above", method = "GET", method = "POST")]
    async fn several_above() -> &'static str {
        "route above"
    }

    #[routes]
    #[get("/a")]
    #[limit("3/minute")]
    #[post("/b")]
    async fn among_routes() -> &'static str {
        "routes"
    }

    #[limit("3/minute")]
    #[routes]
    #[get("/c")]
    #[post("/d")]
    async fn above_routes() -> &'static str {
        "above routes"
    }

    #[actix_web::test]
    async fn limits_stand_above_and_below() {
        let app = || {
            App::new()
                .service((above, below, between, full_path, by_path, asked, several, several_above))
                .service((among_routes, above_routes))
        };
        assert_answers!(app(),
            GET "/above" => "above",
            GET "/below" => "below",
            POST "/between" => "between",
            DELETE "/path" => "path",
            PUT "/put" => "by_path",
            OPTIONS "/options" => "options",
            GET "/route" => "route",
            POST "/route-above" => "route above",
            GET "/a" => "routes",
            POST "/b" => "routes",
            GET "/c" => "above routes",
            POST "/d" => "above routes",
        );
    }

    macro_rules! every_method {
        ($($method:ident $above:ident $below:ident),+ $(,)?) => {
            $(
                #[limit("3/minute")]
                #[actix_web::$method("/above")]
                async fn $above() -> &'static str {
                    stringify!($method)
                }

                #[actix_web::$method("/below")]
                #[limit("3/minute")]
                async fn $below() -> &'static str {
                    stringify!($method)
                }
            )+

            #[actix_web::test]
            async fn every_method_attribute_is_known() {
                $(
                    let method: Method = stringify!($method).to_uppercase().parse().expect("a method");
                    for path in ["/above", "/below"] {
                        let app = App::new().service($above).service($below);
                        let (status, _) = answer(app, method.clone(), path).await;
                        assert_eq!(status, StatusCode::OK, "{method} {path}");
                    }
                )+
            }
        };
    }

    every_method! {
        get get_above get_below, post post_above post_below, put put_above put_below,
        delete delete_above delete_below, head head_above head_below,
        connect connect_above connect_below, options options_above options_below,
        trace trace_above trace_below, patch patch_above patch_below,
        query query_above query_below,
    }
}

#[scope("/scope")]
mod scoped {
    use super::*;

    #[limit("3/minute")]
    #[get("/above")]
    pub(super) async fn above() -> &'static str {
        "scope above"
    }

    #[get("/below")]
    #[exempt]
    pub(super) async fn below() -> &'static str {
        "scope below"
    }
}

#[actix_web::test]
async fn scope_modules_keep_their_prefix() {
    let app = || App::new().service(scoped::above).service(scoped::below);
    assert_answers!(app(), GET "/scope/above" => "scope above", GET "/scope/below" => "scope below");
}

mod plain {
    use super::*;

    #[limit("3/minute")]
    pub(super) async fn shown(name: web::Path<String>) -> String {
        format!("hello {name}")
    }

    #[exempt(default)]
    #[limit("3/minute")]
    #[limit("50/day", key = (ip, header("X-User-Id")), cost = 2)]
    pub(super) async fn fallible(request: HttpRequest) -> Result<impl Responder> {
        if request.path() == "/teapot" { Err(ErrorImATeapot("short and stout")) } else { Ok("fine") }
    }

    #[exempt]
    pub(super) async fn missing() -> HttpResponse {
        HttpResponse::Ok().body("nothing here")
    }
}

#[actix_web::test]
async fn plain_handlers_register_everywhere() {
    let app = || {
        App::new()
            .route("/route/{name}", web::get().to(plain::shown))
            .service(web::resource("/resource/{name}").to(plain::shown))
            .service(web::resource("/resource-route/{name}").route(web::post().to(plain::shown)))
            .service(web::scope("/in").route("/{name}", web::get().to(plain::shown)))
            .configure(|config| {
                config.route("/configured", web::get().to(plain::fallible));
            })
            .default_service(web::to(plain::missing))
    };
    assert_answers!(app(),
        GET "/route/ann" => "hello ann",
        PUT "/resource/bob" => "hello bob",
        POST "/resource-route/cem" => "hello cem",
        GET "/in/dee" => "hello dee",
        GET "/configured" => "fine",
        GET "/nowhere" => "nothing here",
    );
}

#[actix_web::test]
async fn an_error_of_the_handler_is_its_answer() {
    let app = App::new().route("/teapot", web::get().to(plain::fallible));
    assert_eq!(
        answer(app, Method::GET, "/teapot").await,
        (StatusCode::IM_A_TEAPOT, "short and stout".to_owned())
    );
}

#[actix_web::test]
async fn handlers_may_stand_inside_functions() {
    #[limit("3/minute")]
    async fn plain() -> &'static str {
        "inside"
    }

    #[limit("3/minute")]
    #[get("/got")]
    async fn got() -> &'static str {
        "got inside"
    }

    let app = || App::new().route("/plain", web::get().to(plain)).service(got);
    assert_answers!(app(), GET "/plain" => "inside", GET "/got" => "got inside");
}
