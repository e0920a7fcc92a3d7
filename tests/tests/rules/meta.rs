//! S15: meta limits count refusals; while they are spent, every request of the client is refused.

use std::time::Duration;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    get,
    middleware::{Next, from_fn},
    web,
};
use ratelimit_actix::{Breach, Limiter, ManualClock, Rule, Tier, exempt, key, limit};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

#[get("/tight")]
#[limit("1/minute")]
async fn tight() -> &'static str {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> &'static str {
    "ok"
}

#[get("/spared")]
#[exempt(meta)]
async fn spared() -> &'static str {
    "ok"
}

fn routes(app: &mut web::ServiceConfig) {
    app.service((tight, free, spared)).route("/open", web::get().to(ok));
}

#[actix_web::test]
async fn refusals_are_counted_and_then_everything_is_refused() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits("10/minute").meta_limits("2/hour");
        let server = serve(backend, builder, &clock, |app, _| routes(app));
        assert_eq!(Ask::get("/tight").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200], "one refusal is no reason");
        let second = Ask::get("/tight").of(&server).await;
        assert_eq!(second.status, 429);
        // The minute would let it pass, but this refusal was the last that the hour allows.
        assert_eq!(second.header("retry-after"), "3600", "{backend:?}");
        for path in ["/tight", "/open", "/nowhere"] {
            let refused = Ask::get(path).of(&server).await;
            assert_eq!((refused.status.as_u16(), refused.header("x-ratelimit-limit")), (429, "2"), "{path}");
        }
        assert_eq!(Ask::get("/free").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/spared").statuses(&server, 1).await, [200]);
        clock.advance(Duration::from_mins(59));
        assert_eq!(Ask::get("/open").statuses(&server, 1).await, [429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/open").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn a_refusal_by_a_meta_limit_counts_on_none() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().meta_limits("1/minute; 3/hour");
        let server = serve(backend, builder, &clock, |app, _| routes(app));
        assert_eq!(Ask::get("/tight").statuses(&server, 9).await[..2], [200, 429]);
        clock.advance(Duration::from_mins(1));
        // The minute's is fresh, and of the hour's three one has been used.
        assert_eq!(Ask::get("/tight").statuses(&server, 2).await, [200, 429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/tight").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn clients_are_counted_apart_and_by_the_rules_key() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .key(key::header("X-User"))
            .meta_limits(Rule::new("1/hour").key(key::header("X-Team")));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| routes(app));
        let of = |user: &str, team: &str| Ask::get("/tight").header("X-User", user).header("X-Team", team);
        assert_eq!(of("ada", "red").statuses(&server, 2).await, [200, 429]);
        assert_eq!(of("bob", "red").statuses(&server, 1).await, [429], "the team is shut out");
        assert_eq!(of("cyd", "blue").statuses(&server, 1).await, [200]);
    }
}

/// Unlike FL, where a request that a filter lets pass is refused all the same.
#[actix_web::test]
async fn filtered_requests_are_never_refused() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .meta_limits("1/hour")
            .request_filter(|request: &HttpRequest| request.headers().contains_key("X-Internal"));
        let server = serve(backend, builder, &ManualClock::new(), |app, _| routes(app));
        assert_eq!(Ask::get("/tight").statuses(&server, 3).await, [200, 429, 429]);
        assert_eq!(Ask::get("/tight").header("X-Internal", "1").statuses(&server, 3).await, [200; 3]);
    }
}

/// Unlike FL, where a meta limit for each method is a crash, and where a prefix doesn't keep them apart.
#[actix_web::test]
async fn meta_limits_have_all_that_rules_have() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .key_prefix("a")
            .application_limits(Rule::new("1/minute").per_method())
            .meta_limits(Rule::new("1/hour").per_method());
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/any", web::to(ok));
        });
        assert_eq!(Ask::get("/any").statuses(&server, 2).await, [200, 429]);
        let post = Ask::new("POST", "/any");
        assert_eq!(post.statuses(&server, 1).await, [200], "{backend:?}");
    }
}

#[actix_web::test]
async fn a_rules_own_meta_limits_hold_where_the_rule_does() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let builder = Limiter::builder().default_limits(Rule::new("1/minute").meta("2/hour"));
        let server = serve(backend, builder, &clock, |app, _| {
            app.route("/a", web::get().to(ok)).route("/b", web::get().to(ok));
        });
        assert_eq!(Ask::get("/a").statuses(&server, 3).await, [200, 429, 429]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(Ask::get("/a").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::get("/b").statuses(&server, 1).await, [200], "another route");
        clock.advance(Duration::from_mins(59));
        assert_eq!(Ask::get("/a").statuses(&server, 1).await, [200]);
    }
}

#[get("/hour")]
#[limit("1/hour")]
async fn hour() -> &'static str {
    "ok"
}

#[get("/guarded")]
#[limit("1/hour", meta = "1/minute")]
async fn guarded() -> &'static str {
    "ok"
}

async fn later(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    actix_web::rt::task::yield_now().await;
    next.call(request).await
}

/// Without `around` they have been looked at before the handler was known, and count all the same.
#[actix_web::test]
async fn refusals_behind_an_asynchronous_middleware_count() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().meta_limits("1/day");
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.service(web::scope("").wrap(from_fn(later)).service(hour));
        });
        assert_eq!(Ask::get("/hour").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/hour").of(&server).await.header("retry-after"), "86400", "{backend:?}");
    }
}

/// S9: what the limits beside a meta limit say counts as well.
#[actix_web::test]
async fn retry_after_is_true_of_the_limit_that_a_meta_limit_guards() {
    for backend in Backend::ALL {
        let clock = ManualClock::new();
        let server = serve(backend, Limiter::builder(), &clock, |app, _| {
            app.service(guarded);
        });
        assert_eq!(Ask::get("/guarded").statuses(&server, 2).await, [200, 429]);
        assert_eq!(Ask::get("/guarded").of(&server).await.header("retry-after"), "3600", "{backend:?}");
        clock.advance(Duration::from_hours(1));
        assert_eq!(Ask::get("/guarded").statuses(&server, 1).await, [200]);
    }
}

#[actix_web::test]
async fn the_application_can_answer() {
    fn shut_out(_: &HttpRequest, breach: &Breach) -> HttpResponse {
        assert_eq!(breach.refused()[0].tier(), Tier::Meta);
        HttpResponse::Forbidden().body("come back tomorrow")
    }
    let builder = Limiter::builder()
        .meta_limits("1/day")
        .on_breach(|_: &HttpRequest, _: &Breach| HttpResponse::TooManyRequests().body("slow down"))
        .on_meta_breach(shut_out);
    let server = serve(Backend::Memory, builder, &ManualClock::new(), |app, _| routes(app));
    let bodies = ["ok", "slow down", "come back tomorrow"];
    for body in bodies {
        assert_eq!(Ask::get("/tight").of(&server).await.body, body);
    }
}
