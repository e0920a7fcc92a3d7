//! S14: each switch of the storage is logged once. Alone in its process, which has one log.

use actix_web::{HttpResponse, web};
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, MemoryStorage};
use ratelimit_tests::{Ask, FailingStorage, Mood, Server, logs, recovery};

#[actix_web::test]
async fn each_switch_is_logged_once() {
    logs::collect();
    let storage = FailingStorage::new(MemoryStorage::new());
    let builder = Limiter::builder().default_limits("100/minute").storage(storage.clone());
    let limiter = builder.build().expect("right settings");
    let server = Server::start(limiter.clone(), |app, _| {
        app.route("/", web::get().to(HttpResponse::Ok));
    });
    let ask = Ask::get("/");
    for round in 1..=2 {
        storage.set(Mood::Broken);
        join_all((0..20).map(|_| ask.of(&server))).await;
        storage.set(Mood::Well);
        recovery::back(&limiter).await;
        join_all((0..20).map(|_| ask.of(&server))).await;
        let failed = logs::lines_with("the storage fails (broken on purpose)");
        assert_eq!(failed.len(), round, "{failed:?}");
        assert!(failed.iter().all(|line| line.starts_with("ERROR")), "{failed:?}");
        let back = || logs::lines_with("the storage answers again after");
        recovery::until("the switch is logged", || back().len() >= round).await;
        let back = back();
        assert_eq!(back.len(), round, "{back:?}");
        let without = "20 requests were handled without it";
        assert!(back.iter().all(|line| line.starts_with("INFO") && line.ends_with(without)), "{back:?}");
        assert_eq!(limiter.storage_health().outages(), round as u64);
    }
}
