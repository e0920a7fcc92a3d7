//! A crate.
#![deny(warnings, future_incompatible, let_underscore, nonstandard_style, refining_impl_trait, unused)]
#![deny(keyword_idents, rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![deny(
    absolute_paths_not_starting_with_crate,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    non_local_definitions,
    private_bounds,
    private_interfaces,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unstable_features,
    unused_crate_dependencies,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![allow(unused_crate_dependencies, reason = "the test's project has more than this file needs")]

/// Handlers.
pub mod handlers {
    use actix_web::{HttpRequest, Responder, get, web};
    use core::clone::Clone;
    use ratelimit_actix::{exempt, limit};

    struct Private;

    impl actix_web::FromRequest for Private {
        type Error = actix_web::Error;
        type Future = core::future::Ready<Result<Self, Self::Error>>;

        fn from_request(_: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
            core::future::ready(Ok(Clone::clone(&Self)))
        }
    }

    impl Clone for Private {
        fn clone(&self) -> Self {
            Self
        }
    }

    /// Plain and public.
    #[limit("3/minute; 100/hour", key = (ip, |request| request.path()), strategy = token_bucket, burst = 3)]
    #[limit("1000/day", methods("GET"), per_method, name = "daily", cost = 10)]
    pub async fn public(_request: HttpRequest, _: web::Path<(u8, u8)>) -> impl Responder {
        "fine"
    }

    /// Public within the crate.
    #[exempt]
    pub(crate) async fn inner() -> Result<impl Responder, actix_web::Error> {
        Ok("fine")
    }

    #[exempt(meta, application)]
    async fn private(_: Private) -> &'static str {
        "fine"
    }

    /// Routed.
    #[limit("3/minute")]
    #[get("/above")]
    pub(crate) async fn above() -> &'static str {
        "fine"
    }

    #[get("/below")]
    #[limit("3/minute")]
    async fn below(below: Private) -> &'static str {
        let _below = below;
        "fine"
    }

    mod only_as_a_sibling {
        use actix_web::get;
        use ratelimit_actix::{exempt, limit};

        #[limit("3/minute")]
        #[exempt(meta)]
        pub(super) async fn plain() -> &'static str {
            "fine"
        }

        #[limit("3/minute")]
        #[get("/sibling")]
        #[exempt(meta)]
        pub(super) async fn routed() -> &'static str {
            "fine"
        }
    }

    /// Registers all.
    pub fn register(config: &mut web::ServiceConfig) {
        #[limit("3/minute")]
        async fn local(local: web::Path<String>) -> String {
            local.into_inner()
        }

        let _ = config
            .route("/public", web::get().to(public))
            .route("/inner", web::get().to(inner))
            .route("/private", web::get().to(private))
            .route("/local", web::get().to(local))
            .route("/plain", web::get().to(only_as_a_sibling::plain))
            .service((above, below, only_as_a_sibling::routed));
    }
}

fn main() {
    drop(actix_web::App::new().configure(handlers::register));
}
