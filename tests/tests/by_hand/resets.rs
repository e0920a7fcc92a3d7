//! `Limiter::reset`, `reset_all` and `peek`

use std::{sync::Arc, time::Duration};

use actix_web::{get, web};
use ratelimit_actix::{Limiter, MemoryStorage, Rule, Storage, Tier, key, limit};
use ratelimit_tests::{Ask, Backend, LateStorage, Server};

use super::{limiter, ok};

#[get("/own")]
#[limit("1/minute", key = header("X-User"))]
async fn own() -> &'static str {
    "ok"
}

#[actix_web::test]
async fn one_key_is_let_in_again_and_no_other() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().key(key::header("X-User")).meta_limits("1/hour");
        let (limiter, _) = limiter(backend, builder);
        let server = Server::start(limiter.clone(), |app, _| {
            app.service(own);
        });
        let of = |user: &str| Ask::get("/own").header("X-User", user);
        for user in ["ada", "bob"] {
            assert_eq!(of(user).statuses(&server, 3).await, [200, 429, 429]);
        }
        assert_eq!(limiter.reset("ada").await.expect("an answer"), 2, "its own limit and the meta limit");
        assert_eq!(of("ada").statuses(&server, 2).await, [200, 429]);
        assert_eq!(of("bob").statuses(&server, 1).await, [429], "{backend:?}");
        assert_eq!(limiter.reset("nobody").await.expect("an answer"), 0);
    }
}

#[actix_web::test]
async fn an_address_is_let_in_again_however_it_was_counted() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().trusted_proxies(["127.0.0.1"]).application_limits([
            Rule::new("1/minute"),
            // Missing, so the address is counted in its stead.
            Rule::new("1/minute").key(key::header("X-User")),
        ]);
        let (limiter, _) = limiter(backend, builder);
        let server = Server::start(limiter.clone(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        for (address, other) in [("203.0.113.7", "203.0.113.7"), ("2001:db8::1:2", "2001:db8::9")] {
            let ask = Ask::get("/").header("X-Forwarded-For", address);
            assert_eq!(ask.statuses(&server, 2).await, [200, 429], "{address}");
            let standings = limiter.peek(other).await.expect("an answer");
            assert!(standings.iter().all(|one| !one.decision.is_allowed()), "{standings:?}");
            assert_eq!(limiter.reset(other).await.expect("an answer"), 2, "{other}");
            assert_eq!(ask.statuses(&server, 2).await, [200, 429], "{address}");
            let parsed: std::net::IpAddr = other.parse().expect("an address");
            assert_eq!(limiter.reset(parsed).await.expect("an answer"), 2, "{other}");
        }
    }
}

#[actix_web::test]
async fn all_of_a_limiter_is_reset_and_nothing_of_another_in_the_same_storage() {
    let redis = ratelimit_test_servers::Redis::builder().start();
    for backend in Backend::ALL {
        // A limiter without a prefix, and prefixes that begin alike.
        for (prefix, neighbour) in [("", "a"), ("a", ""), ("a", "ab"), ("ab", "a")] {
            let storage: Arc<dyn Storage> = match backend {
                Backend::Late => Arc::new(LateStorage::new(MemoryStorage::new())),
                Backend::Memory | Backend::Redis => Arc::new(MemoryStorage::new()),
            };
            let of = |prefix: &str| {
                let builder = Limiter::builder().storage_deadline(Duration::from_mins(1));
                let builder = if prefix.is_empty() { builder } else { builder.key_prefix(prefix) };
                let builder = match backend {
                    Backend::Memory | Backend::Late => builder.storage(Shared(Arc::clone(&storage))),
                    Backend::Redis => builder.storage_uri(&redis.uri()),
                };
                builder.build().expect("right settings")
            };
            let (first, second) = (of(prefix), of(neighbour));
            for limiter in [&first, &second] {
                limiter.reset_all().await.expect("an answer");
            }
            for limiter in [&first, &second] {
                for user in ["ada", "bob"] {
                    assert!(limiter.limit("1/day").key(user).hit().await.expect("an answer").is_allowed());
                }
            }
            assert_eq!(first.reset_all().await.expect("an answer"), 2, "{backend:?} {prefix:?}");
            assert!(first.limit("1/day").key("ada").hit().await.expect("an answer").is_allowed());
            assert!(!second.limit("1/day").key("ada").hit().await.expect("an answer").is_allowed());
        }
    }
}

/// A storage behind two limiters.
#[derive(Debug)]
struct Shared(Arc<dyn Storage>);

impl Storage for Shared {
    fn acquire<'a>(
        &'a self,
        batch: &'a ratelimit_actix::core::Batch<'_>,
    ) -> ratelimit_actix::core::Reply<'a, ratelimit_actix::core::Decisions> {
        self.0.acquire(batch)
    }

    fn peek<'a>(
        &'a self,
        batch: &'a ratelimit_actix::core::Batch<'_>,
    ) -> ratelimit_actix::core::Reply<'a, ratelimit_actix::core::Decisions> {
        self.0.peek(batch)
    }

    fn refund<'a>(
        &'a self,
        refunds: &'a [ratelimit_actix::core::Refund<'_>],
    ) -> ratelimit_actix::core::Reply<'a, ()> {
        self.0.refund(refunds)
    }

    fn reset<'a>(
        &'a self,
        target: ratelimit_actix::core::Reset<'a>,
    ) -> ratelimit_actix::core::Reply<'a, u64> {
        self.0.reset(target)
    }
}

#[actix_web::test]
async fn peek_shows_where_a_key_stands_and_takes_nothing() {
    for backend in Backend::ALL {
        let builder = Limiter::builder()
            .key(key::header("X-User"))
            .application_limits("5/minute")
            .meta_limits("3/hour");
        let (limiter, _) = limiter(backend, builder);
        let server = Server::start(limiter.clone(), |app, _| {
            app.service(own);
        });
        assert_eq!(Ask::get("/own").header("X-User", "ada").statuses(&server, 2).await, [200, 429]);
        for _ in 0..2 {
            let standings = limiter.peek("ada").await.expect("an answer");
            let standings = standings.iter().filter(|standing| {
                standing.policy.handler.is_none_or(|handler| handler.ends_with("resets::own"))
            });
            let standings: Vec<_> = standings
                .map(|one| (one.limit.as_str(), one.decision.is_allowed(), one.decision.remaining()))
                .collect();
            // What is left now.
            let expected =
                [("3 per 1 hour", true, 2), ("5 per 1 minute", true, 3), ("1 per 1 minute", false, 0)];
            assert_eq!(standings, expected, "{backend:?}");
        }
    }
}

#[actix_web::test]
async fn peek_of_an_address_finds_it_however_it_was_counted() {
    for backend in Backend::ALL {
        let builder = Limiter::builder().trusted_proxies(["127.0.0.1"]).application_limits([
            Rule::new("5/minute").name("by address"),
            // Missing, so the address is counted in its stead.
            Rule::new("9/minute").key(key::header("X-User")).name("by user"),
        ]);
        let (limiter, _) = limiter(backend, builder);
        let server = Server::start(limiter.clone(), |app, _| {
            app.route("/", web::get().to(ok));
        });
        for (address, other) in [("203.0.113.7", "203.0.113.7"), ("2001:db8::1:2", "2001:db8::9")] {
            let ask = Ask::get("/").header("X-Forwarded-For", address);
            assert_eq!(ask.statuses(&server, 2).await, [200, 200], "{address}");
            let standings = limiter.peek(other).await.expect("an answer");
            let left: Vec<_> = standings.iter().map(|one| one.decision.remaining()).collect();
            assert_eq!(left, [3, 7], "{backend:?} {other}");
        }
    }
}

#[get("/watched")]
#[limit("1/minute", key = header("X-User"), meta = "2/hour")]
async fn watched() -> &'static str {
    "ok"
}

#[actix_web::test]
async fn peek_shows_how_often_a_limit_may_refuse_yet() {
    let (limiter, _) = limiter(Backend::Memory, Limiter::builder());
    let server = Server::start(limiter.clone(), |app, _| {
        app.service(watched);
    });
    assert_eq!(Ask::get("/watched").header("X-User", "ada").statuses(&server, 2).await, [200, 429]);
    let standings = limiter.peek("ada").await.expect("an answer");
    let shown: Vec<_> = standings
        .iter()
        .filter(|one| one.policy.handler.is_some_and(|handler| handler.ends_with("::watched")))
        .map(|one| (one.policy.tier, one.limit.as_str(), one.decision.remaining()))
        .collect();
    assert_eq!(shown, [(Tier::Route, "1 per 1 minute", 0), (Tier::Meta, "2 per 1 hour", 1)]);
}
