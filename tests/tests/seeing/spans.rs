//! A call that has to be waited for is in its span whenever it goes on, and at no other time.

use futures_util::future::join;
use ratelimit_actix::{
    Limiter, MemoryStorage, Storage,
    core::{Batch, Decisions, Refund, Reply, Reset},
};
use tokio::task::yield_now;

use crate::{told::ask, watch::Watch};

/// Memory that takes its time and says what it does.
#[derive(Debug)]
struct Talking(MemoryStorage);

impl Storage for Talking {
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        tracing::info!("it is asked");
        Reply::later(async {
            for _ in 0..3 {
                yield_now().await;
                tracing::info!("it thinks");
            }
            self.0.acquire(batch).await
        })
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.0.peek(batch)
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        self.0.refund(refunds)
    }

    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        self.0.reset(target)
    }
}

#[actix_web::test]
async fn what_a_storage_tells_is_in_the_span_of_its_call_and_what_others_tell_is_not() {
    let builder = Limiter::builder().default_limits("9/minute").storage(Talking(MemoryStorage::new()));
    let limiter = builder.build().expect("right settings");
    let others = async {
        for _ in 0..6 {
            tracing::info!("meanwhile");
            yield_now().await;
        }
    };
    let (watch, _) = Watch::over(async {
        join(ask(&limiter), others).await;
    })
    .await;
    let text = watch.text();
    let told = |what: &str| text.lines().filter(|line| line.ends_with(what)).collect::<Vec<_>>();
    let (asked, thinks, meanwhile) = (told("it is asked"), told("it thinks"), told("meanwhile"));
    assert_eq!((asked.len(), thinks.len(), meanwhile.len()), (1, 3, 6), "{text}");
    let is_inside = |line: &&str| line.contains("ratelimit.storage{operation=\"acquire\"}");
    assert!(asked.iter().chain(&thinks).all(is_inside), "{text}");
    assert!(!meanwhile.iter().any(is_inside), "{text}");
}
