//! Several default limits, each with its own key, cost, methods and name.

use actix_web::{HttpRequest, web};
use ratelimit_actix::{Limiter, ManualClock, Rule, Strategy, key};
use ratelimit_tests::{Ask, Backend};

use super::{ok, serve};

#[actix_web::test]
async fn each_counts_by_its_own_key() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits([
            Rule::new("3/minute").key(key::header("X-User")).name("user"),
            Rule::new("5/minute").key(key::global()).name("all"),
        ]);
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        let ask = |user: &str| Ask::get("/").header("X-User", user);
        assert_eq!(ask("ada").statuses(&server, 4).await, [200, 200, 200, 429]);
        assert_eq!(
            ask("bob").statuses(&server, 3).await,
            [200, 200, 429],
            "what ada was refused took nothing"
        );
        let refused = ask("cyd").of(&server).await;
        assert!(refused.header("ratelimit-policy").starts_with("\"all\""), "{refused:?}");
    }
}

#[actix_web::test]
async fn each_has_its_own_cost_methods_and_strategy() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().default_limits([
            Rule::new("4/minute").cost(2).methods(["post"]),
            Rule::new("1/second").strategy(Strategy::TokenBucket).burst(3),
        ]);
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::to(ok));
        });
        assert_eq!(Ask::new("POST", "/").statuses(&server, 3).await, [200, 200, 429]);
        assert_eq!(Ask::get("/").statuses(&server, 4).await, [200, 200, 200, 429]);
    }
}

#[actix_web::test]
async fn application_limits_may_count_methods_apart() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().application_limits(Rule::new("1/minute").per_method());
        let server = serve(backend, builder, &ManualClock::new(), |app, _| {
            app.route("/", web::to(ok)).route("/b", web::to(ok));
        });
        assert_eq!(Ask::get("/").statuses(&server, 1).await, [200]);
        assert_eq!(Ask::get("/b").statuses(&server, 1).await, [429]);
        assert_eq!(Ask::new("POST", "/b").statuses(&server, 2).await, [200, 429]);
    }
}

#[test]
fn every_mistake_is_told() {
    let error = Limiter::builder()
        .default_limits([
            Rule::new("5/minuet"),
            Rule::new("5/minute").cost(6),
            Rule::new("5/minute").burst(9),
            Rule::new("5/minute").methods(["G T"]),
            Rule::new("5/minute").scope("a").shared("b"),
            Rule::new("5/minute").name("é"),
            Rule::new("5/minute").key(key::header("X Y")),
            Rule::new("5/minute").meta("1/houre"),
            Rule::new("5/minute").meta("1/hour").shadow(),
        ])
        .application_limits("")
        .meta_limits(Rule::new("1/hour").meta("1/day"))
        .build()
        .expect_err("mistakes");
    assert_eq!(error.problems().len(), 11, "{error}");
    let of = |setting: &str| error.problems().iter().filter(|problem| problem.starts_with(setting)).count();
    assert_eq!((of("default_limits: "), of("application_limits: "), of("meta_limits: ")), (9, 1, 1));
}

#[test]
fn limits_come_in_many_forms() {
    let by_path = |request: &HttpRequest| if request.path() == "/" { "1/minute" } else { "2/minute" };
    let limit: ratelimit_actix::Limit = "5/minute".parse().expect("a limit");
    let builders = [
        Limiter::builder().default_limits("5/minute"),
        Limiter::builder().default_limits("5/minute".to_owned()),
        Limiter::builder().default_limits(limit),
        Limiter::builder().default_limits(vec![limit]),
        Limiter::builder().default_limits([limit]),
        Limiter::builder().default_limits(by_path),
        Limiter::builder().default_limits(Rule::new(limit)),
        Limiter::builder().default_limits(vec![Rule::new(by_path)]),
    ];
    for builder in builders {
        assert!(builder.build().is_ok());
    }
}
