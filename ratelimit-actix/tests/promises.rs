//! Storages that say they answer at once: those that do, and those that don't.

use actix_web::{
    App, HttpResponse,
    rt::task::yield_now,
    test::{TestRequest, call_service, init_service},
    web,
};
use core::{Batch, Decisions, Refund, Reply, Reset};
use ratelimit_actix::{Limiter, LimiterBuilder, MemoryStorage, OnError, Rule, Storage, core};

/// Memory behind a wrapper that says so and, as it is told, is late with some answers.
#[derive(Debug, Default)]
struct Promising {
    memory: MemoryStorage,
    is_late: bool,
}

impl Storage for Promising {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.memory.acquire(batch)
    }

    fn answers_at_once(&self) -> bool {
        true
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        if !self.is_late {
            return self.memory.peek(batch);
        }
        Reply::later(async move {
            yield_now().await;
            self.memory.peek(batch).await
        })
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        if !self.is_late {
            return self.memory.refund(refunds);
        }
        Reply::later(async move {
            yield_now().await;
            self.memory.refund(refunds).await
        })
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.memory.reset(target)
    }
}

/// The statuses of four requests, and the limiter.
async fn statuses(builder: LimiterBuilder) -> ([u16; 4], Limiter) {
    let limiter = builder.build().expect("a limiter");
    let app = App::new().wrap(limiter.clone()).route("/", web::get().to(HttpResponse::Ok));
    let service = init_service(app).await;
    let mut statuses = [0; 4];
    for status in &mut statuses {
        *status = call_service(&service, TestRequest::get().to_request()).await.status().as_u16();
    }
    (statuses, limiter)
}

#[actix_web::test]
async fn who_answers_batches_at_once_need_not_know_of_single_limits() {
    let builder = Limiter::builder().storage(Promising::default()).default_limits("2/minute");
    let (statuses, limiter) = statuses(builder).await;
    assert_eq!(statuses, [200, 200, 429, 429]);
    assert_eq!(limiter.storage_health().outages(), 0);
}

/// A promise that is broken is a failure of the storage, and is answered as one.
#[actix_web::test]
async fn a_late_look_is_a_failure() {
    let expected = [
        (OnError::Open, [200, 200, 200, 200]),
        (OnError::Fallback, [200, 200, 429, 429]),
        (OnError::Closed, [503, 503, 503, 503]),
    ];
    for (on_error, expected) in expected {
        let storage = Promising { is_late: true, ..Promising::default() };
        let builder = Limiter::builder().storage(storage).default_limits("2/minute").meta_limits("50/minute");
        let (statuses, limiter) = statuses(builder.on_error(on_error)).await;
        assert_eq!(statuses, expected, "{on_error:?}");
        assert!(limiter.storage_health().outages() > 0, "{on_error:?}");
    }
}

/// A refund that is lost costs nobody the answer.
#[actix_web::test]
async fn a_late_refund_is_lost_and_nothing_else() {
    for on_error in [OnError::Open, OnError::Fallback, OnError::Closed] {
        let storage = Promising { is_late: true, ..Promising::default() };
        let rule = Rule::new("2/minute").deduct_when(|answer: &HttpResponse| !answer.status().is_success());
        let (statuses, limiter) =
            statuses(Limiter::builder().storage(storage).default_limits(rule).on_error(on_error)).await;
        assert_eq!(statuses[0], 200, "{on_error:?}");
        assert!(limiter.storage_health().lost_refunds() > 0, "{on_error:?}");
    }
}
