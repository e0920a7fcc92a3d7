//! `Limiter::describe`

use actix_web::{HttpRequest, get, web};
use ratelimit_actix::{Limiter, Rule, Strategy, Tier, exempt, key, limit};
use ratelimit_tests::{Backend, Server};

use super::{limiter, ok};

#[get("/own")]
#[limit("3/minute; 50/hour", key = header("X-User"), strategy = sliding_window, name = "own")]
#[limit("1/second", cost = 0, methods("GET"), shared = "fast", shadow)]
async fn own() -> &'static str {
    "ok"
}

#[get("/free")]
#[exempt]
async fn free() -> &'static str {
    "ok"
}

fn found(_: &HttpRequest) -> &'static str {
    "5/minute"
}

#[actix_web::test]
async fn it_shows_all_policies_and_their_handlers_before_any_request() {
    let builder = Limiter::builder()
        .meta_limits("10/hour")
        .application_limits(Rule::new("100/minute").key(key::global()).strategy(Strategy::TokenBucket))
        .default_limits([Rule::new(found), Rule::new("50/hour").cost(2)]);
    let (limiter, _) = limiter(Backend::Memory, builder);
    let known = limiter.clone();
    let server = Server::start(limiter, |app, limiter| {
        app.service((own, free)).service(
            web::scope("/api")
                .wrap(limiter.scope(Rule::new("9/minute").shared("api")))
                .route("", web::get().to(ok)),
        );
    });
    // The workers build their apps on their own threads; what this one waits for is the first answer.
    assert_eq!(ratelimit_tests::Ask::get("/free").statuses(&server, 1).await, [200]);
    let all = known.describe();
    let lines: Vec<_> = all.iter().map(ToString::to_string).collect();
    let expected = [
        "meta: 10 per 1 hour",
        "application: 100 per 1 minute, key global, strategy token_bucket",
        "default: by by_hand::descriptions::found",
        "default: 50 per 1 hour, cost 2",
        "scope-limits: 9 per 1 minute, counter \"api\"",
        "route by_hand::descriptions::own: 3 per 1 minute; 50 per 1 hour, name \"own\", key header(\"x-user\"), \
         strategy sliding_window",
        "route by_hand::descriptions::own: 1 per 1 second, cost 0, GET, counter \"fast\", shadow",
        "route by_hand::descriptions::free, exempt from meta application default",
    ];
    for line in expected {
        assert_eq!(lines.iter().filter(|found| *found == line).count(), 1, "{line}\n{lines:#?}");
    }
    let of_own = all.iter().filter(|policy| policy.handler.is_some_and(|handler| handler.ends_with("::own")));
    assert!(of_own.clone().count() >= 2 && of_own.clone().all(|policy| policy.tier == Tier::Route));
}
