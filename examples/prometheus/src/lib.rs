//! An app whose limits Prometheus sees.
//!
//! ```sh
//! cargo run -p prometheus-example
//! curl -i http://127.0.0.1:8080/search    # 200 three times, then 429
//! curl -s http://127.0.0.1:8080/metrics | grep ^ratelimit
//! ```
//!
//! Three things make it so: the feature `metrics` of `ratelimit-actix`, a recorder that is installed before the
//! server starts, and a route that renders it. The route is exempt: a monitoring that is refused sees
//! nothing just when there is something to see. What the names mean is told in `docs/observability.md`.
//!
//! A real service keeps `/metrics` from the public, by a listener of its own or a rule in its proxy.

use actix_web::{HttpResponse, Responder, get, http::header::ContentType, web};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use ratelimit_actix::{Limiter, Rule, exempt, limit};

/// From a tenth of a millisecond, which memory never takes, to the deadline of a storage, 250 ms, and above.
const BUCKETS: [f64; 10] = [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0];

/// No attribute: the default limit.
#[get("/")]
async fn index() -> impl Responder {
    "Try /search, /metrics and /nowhere"
}

/// A limit with a name, so that the metrics tell it from others of three a minute.
#[get("/search")]
#[limit("3/minute", name = "search")]
async fn search() -> impl Responder {
    "results"
}

/// What Prometheus scrapes. Rendering it also clears away what the histograms have gathered since the last time.
#[get("/metrics")]
#[exempt]
async fn metrics(prometheus: web::Data<PrometheusHandle>) -> impl Responder {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body(prometheus.render())
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service((index, search, metrics));
}

/// Limits of three tiers, the application's and the default ones with names.
///
/// # Errors
/// None: the limits are right.
pub fn limiter() -> Result<Limiter, ratelimit_actix::BuildError> {
    Limiter::builder()
        .application_limits(Rule::new("1000/hour").name("everything"))
        .default_limits(Rule::new("5/minute").name("default"))
        .build()
}

/// Installs the recorder of this process, which has one.
///
/// # Errors
/// When there is one already.
pub fn recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        // Without buckets the exporter makes a summary, and summaries of several processes can't be added up.
        .set_buckets_for_metric(Matcher::Full("ratelimit_storage_seconds".to_owned()), &BUCKETS)?
        .install_recorder()
}
