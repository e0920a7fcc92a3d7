//! Limits that only look on.

use actix_web::{Responder, web};
use ratelimit_actix::{LimitInfo, Limiter, ManualClock, Rule};
use ratelimit_tests::{Ask, Backend, logs};

use super::{ok, serve};

/// What each limit decided, and whether it only looks on.
async fn decisions(info: LimitInfo) -> impl Responder {
    let decided = |verdict: &ratelimit_actix::Verdict| {
        let (name, allowed) = (verdict.policy().name().to_owned(), verdict.decision().is_allowed());
        format!("{name}: {allowed}, shadow {}", verdict.is_shadow())
    };
    info.verdicts().iter().map(decided).collect::<Vec<_>>().join("; ")
}

#[actix_web::test]
async fn a_rule_in_shadow_counts_reports_and_never_refuses() {
    logs::collect();
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits([
            Rule::new("1/minute").shadow().name("strict-to-be"),
            Rule::new("3/minute").name("now"),
        ]);
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(decisions));
        });
        let first = Ask::get("/").of(&server).await;
        assert_eq!(first.body, "now: true, shadow false; strict-to-be: true, shadow true");
        assert_eq!(first.header("x-ratelimit-limit"), "3", "headers speak of what can refuse");
        let second = Ask::get("/").of(&server).await;
        assert_eq!(second.body, "now: true, shadow false; strict-to-be: false, shadow true");
        assert_eq!(Ask::get("/").statuses(&server, 2).await, [200, 429]);
    }
    let lines = logs::lines_with("strict-to-be");
    assert!(lines.iter().all(|line| line.contains("would have refused") && !line.contains("127.0.0.1")));
    assert!(!lines.is_empty());
}

#[actix_web::get("/tried")]
#[ratelimit_actix::limit("1/minute", shadow)]
async fn tried() -> &'static str {
    "ok"
}

/// Trying a limit out takes no other away.
#[actix_web::test]
async fn a_limit_in_shadow_overrides_no_default() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits("2/minute");
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(tried);
        });
        assert_eq!(Ask::get("/tried").statuses(&server, 3).await, [200, 200, 429]);
    }
}

#[actix_web::test]
async fn a_limiter_in_shadow_refuses_nothing() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .default_limits("1/minute")
            .application_limits("2/minute")
            .meta_limits("1/hour")
            .shadow(true);
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 9).await, [200; 9]);
    }
}
