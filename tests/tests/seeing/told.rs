//! What is told of what happened.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    App,
    test::{TestRequest, call_service, init_service},
};
use ratelimit_actix::{Limiter, LimiterBuilder, MemoryStorage};
use ratelimit_tests::{FailingStorage, Mood, logs};

use crate::{
    story::{alone, everything},
    watch::{Metric, Traced, Watch},
};

/// What a metric stands at.
fn value(metrics: &[Metric], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let has = |metric: &Metric, (label, value): &(&str, &str)| {
        metric.labels.get(*label).is_some_and(|found| found == value)
    };
    let found =
        metrics.iter().find(|metric| metric.name == name && labels.iter().all(|label| has(metric, label)));
    found.map(|metric| metric.value)
}

#[actix_web::test]
async fn decisions_are_counted_by_policy_tier_and_outcome() {
    let (_, metrics) = Watch::over(everything()).await;
    let decisions = |tier, policy, outcome| {
        let labels = [("tier", tier), ("policy", policy), ("outcome", outcome)];
        value(&metrics, "ratelimit_decisions_total", &labels)
    };
    assert_eq!(decisions("route", "data", "allowed"), Some(2.0));
    assert_eq!(decisions("route", "data", "refused"), Some(2.0));
    assert_eq!(decisions("scope-limits", "tighter", "allowed"), Some(1.0));
    assert_eq!(decisions("scope-limits", "tighter", "shadow_refused"), Some(1.0));
    assert_eq!(decisions("scope-limits", "tighter", "refused"), None);
    assert_eq!(decisions("meta", "refusals", "allowed"), Some(2.0));
    // Once since it is spent, and once for want of a key: the first tier that finds none refuses.
    assert_eq!(decisions("meta", "refusals", "refused"), Some(2.0));
    let requests = |outcome| value(&metrics, "ratelimit_requests_total", &[("outcome", outcome)]);
    assert_eq!(requests("refused"), Some(4.0));
    assert_eq!(requests("unavailable"), Some(1.0));
    assert_eq!(requests("filtered"), Some(1.0));
}

#[actix_web::test]
async fn limits_that_a_function_makes_up_make_up_no_time_series() {
    let (_, metrics) = Watch::over(everything()).await;
    let of_default =
        metrics.iter().filter(|metric| metric.labels.get("tier").is_some_and(|tier| tier == "default"));
    let policies: BTreeSet<_> = of_default.filter_map(|metric| metric.labels.get("policy")).collect();
    assert_eq!(policies.len(), 1, "{policies:?}");
    assert!(policies.iter().all(|policy| policy.contains("found")), "{policies:?}");
}

#[actix_web::test]
async fn an_outage_is_counted_and_over_when_it_is_over() {
    let (watch, metrics) = Watch::over(everything()).await;
    let value = |name| value(&metrics, name, &[]);
    assert_eq!(value("ratelimit_storage_outages_total"), Some(1.0));
    assert_eq!(value("ratelimit_storage_failing"), Some(0.0));
    assert_eq!(value("ratelimit_lost_refunds_total"), Some(1.0));
    assert_eq!(value("ratelimit_requests_without_storage_total"), Some(2.0));
    assert!(value("ratelimit_storage_failures_total") >= Some(1.0));
    let count = |name| watch.traced().iter().filter(|traced| traced.name == name).count();
    assert_eq!(count("ratelimit.storage_fails"), 1);
    assert_eq!(count("ratelimit.refunds_lost"), 1);
    assert_eq!(count("ratelimit.storage_is_back"), 1);
}

#[actix_web::test]
async fn one_failing_limiter_of_several_is_seen_until_it_is_dropped() {
    let _alone = alone().await;
    let (well, broken) = (MemoryStorage::new(), FailingStorage::new(MemoryStorage::new()));
    broken.set(Mood::Broken);
    let limiter = |builder: LimiterBuilder| builder.default_limits("9/minute").build().expect("a limit");
    let well = limiter(Limiter::builder().storage(well));
    let broken = limiter(Limiter::builder().storage(broken));
    let (_, meanwhile) = Watch::over(async {
        ask(&broken).await;
        ask(&well).await;
    })
    .await;
    assert_eq!(value(&meanwhile, "ratelimit_storage_failing", &[]), Some(1.0));
    let (_, afterwards) = Watch::over(async { drop(broken) }).await;
    assert_eq!(value(&afterwards, "ratelimit_storage_failing", &[]), Some(0.0));
}

/// One request to an app of its own under `limiter`.
pub(crate) async fn ask(limiter: &Limiter) {
    let app = init_service(App::new().wrap(limiter.clone())).await;
    call_service(&app, TestRequest::get().to_request()).await;
}

#[actix_web::test]
async fn what_a_subscriber_takes_is_not_logged_as_well() {
    logs::collect();
    let (watch, _) = Watch::over(everything()).await;
    let shadow = watch.traced().into_iter().filter(|traced| traced.name == "ratelimit.shadow_refused");
    assert_eq!(shadow.count(), 1);
    assert_eq!(logs::lines_with("ratelimit: "), Vec::<String>::new());
}

#[actix_web::test]
async fn every_call_of_the_storage_is_timed_and_in_a_span() {
    let (watch, metrics) = Watch::over(everything()).await;
    let mut spans: BTreeMap<String, f64> = BTreeMap::new();
    for mut span in watch.traced().into_iter().filter(|traced| traced.name == "ratelimit.storage") {
        *spans.entry(span.values.remove("operation").expect("an operation")).or_default() += 1.0;
    }
    let operations: Vec<_> = spans.keys().map(String::as_str).collect();
    assert_eq!(operations, ["acquire", "peek", "refund"]);
    for (operation, calls) in &spans {
        let timed = value(&metrics, "ratelimit_storage_seconds", &[("operation", operation)]);
        assert_eq!(timed, Some(*calls), "{operation}");
    }
}

#[actix_web::test]
async fn a_refusal_tells_how_long_to_wait_and_an_allowed_request_does_not() {
    let (watch, _) = Watch::over(everything()).await;
    let traced = watch.traced();
    let first = |name: &str, policy: &str| -> Traced {
        let is = |traced: &&Traced| {
            traced.name == name && traced.values.get("policy").is_some_and(|found| found == policy)
        };
        traced.iter().find(is).cloned().unwrap_or_else(|| panic!("no {name} by {policy}"))
    };
    let refused = first("ratelimit.refused", "data");
    assert_eq!((refused.values["remaining"].as_str(), refused.values["limit"].as_str()), ("0", "2"));
    let wait: u64 = refused.values["retry_after_ms"].parse().expect("a number");
    assert!(wait > 0 && wait <= 60_000, "{wait}");
    let allowed = first("ratelimit.allowed", "data");
    assert_eq!(allowed.values.get("retry_after_ms"), None);
    assert_eq!(allowed.values["key"], refused.values["key"], "one client has one hash");
    assert_eq!(first("ratelimit.shadow_refused", "tighter").values["shadow"], "true");
}
