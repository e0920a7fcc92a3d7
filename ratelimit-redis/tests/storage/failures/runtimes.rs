//! One storage, several runtimes, which come and go: the workers of a server.

use std::{
    future::Future,
    task::{Context, Waker},
    thread,
    time::Duration,
};

use ratelimit_core::{Key, RateLimiter, Strategy};
use ratelimit_test_servers::{Cluster, Redis};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

use crate::support::{limiter, policy};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn hits(runtime: &Runtime, limiter: &RateLimiter, count: usize) -> usize {
    let (policy, key) = (policy(Strategy::FixedWindow, "20/hour", "data"), Key::from("alice"));
    let hit = || runtime.block_on(limiter.hit(&policy, &key, 1)).expect("the server answers").is_allowed();
    (0..count).filter(|_| hit()).count()
}

fn works(limiter: &RateLimiter) {
    // One after the other, each ending before the next.
    for _ in 0..3 {
        assert_eq!(hits(&runtime(), limiter, 2), 2);
    }
    // One kept waiting while others come and go.
    let kept = runtime();
    assert_eq!(hits(&kept, limiter, 2), 2);
    assert_eq!(hits(&runtime(), limiter, 2), 2);
    assert_eq!(hits(&kept, limiter, 1), 1);
    // At once: of the nine that are left, nine pass.
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let limiter = limiter.clone();
            thread::spawn(move || hits(&runtime(), &limiter, 10))
        })
        .collect();
    let admitted: usize = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
    assert_eq!(admitted, 9);
}

#[test]
fn runtimes_that_come_and_go_share_a_storage() {
    let redis = Redis::start();
    works(&limiter(&redis.uri()));
}

#[test]
fn runtimes_that_come_and_go_share_a_cluster() {
    let cluster = Cluster::start();
    works(&limiter(&format!("redis+cluster://{}", cluster.addresses().join(","))));
}

#[test]
fn a_question_outside_of_a_runtime_is_an_error() {
    let limiter = limiter("redis://127.0.0.1:1");
    let policy = policy(Strategy::FixedWindow, "20/hour", "data");
    let asked = futures_util::FutureExt::now_or_never(limiter.hit(&policy, &Key::from("alice"), 1));
    let error = asked.expect("at once").expect_err("nobody could carry the bytes");
    assert!(!error.is_transient() && error.to_string().contains("runtime"), "{error}");
}

/// Asked on one runtime, which ends before the request is sent, and awaited on another.
#[test]
fn a_request_whose_runtime_ends_is_not_kept_waiting() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let (policy, key) = (policy(Strategy::FixedWindow, "20/hour", "data"), Key::from("alice"));
    let mut asked = Box::pin(limiter.hit(&policy, &key, 1));
    let ending = runtime();
    {
        let _entered = ending.enter();
        assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    drop(ending);
    let patience = Duration::from_secs(20);
    let answer = runtime().block_on(async { timeout(patience, asked).await }).expect("an answer");
    assert!(answer.expect_err("nobody sends it").is_transient());
}
