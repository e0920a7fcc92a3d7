//! What the tests have in common.

mod asking;
mod load;
mod server;

use std::{sync::Arc, time::Duration};

use ratelimit_core::{Key, Limit, ManualClock, Policy, Quota, RateLimiter, Strategy};
use ratelimit_redis::{RedisStorage, RedisStorageBuilder};

pub(crate) use self::{
    asking::{Asked, ask, eventually},
    load::Load,
    server::{commands, keys_of},
};

/// The namespace of policies here.
pub(crate) const NAMESPACE: &str = "tests";

/// A limiter over a server, without memory of refusals: each question is the server's to answer.
pub(crate) fn limiter(uri: &str) -> RateLimiter {
    limiter_of(RedisStorage::builder(uri).remember_refusals(Duration::ZERO))
}

/// A limiter that waits for a server on a machine that is very busy.
pub(crate) fn limiter_of(builder: RedisStorageBuilder) -> RateLimiter {
    let patience = Duration::from_secs(20);
    let builder = builder.connect_timeout(patience).response_timeout(patience);
    RateLimiter::new(builder.build().expect("a good URI"))
}

/// A limiter with the timeouts that an app has, for servers that fail.
pub(crate) fn hurried_limiter(uri: &str) -> RateLimiter {
    let builder = RedisStorage::builder(uri).remember_refusals(Duration::ZERO);
    RateLimiter::new(builder.build().expect("a good URI"))
}

/// The same, by a clock that stands still.
pub(crate) fn timed_limiter(uri: &str) -> (RateLimiter, ManualClock) {
    let clock = ManualClock::new();
    let builder = RedisStorage::builder(uri).remember_refusals(Duration::ZERO).clock(clock.clone());
    (limiter_of(builder), clock)
}

/// A limit that counts under `path`.
pub(crate) fn policy(strategy: Strategy, limit: &str, path: &str) -> Policy {
    policy_in(NAMESPACE, strategy, limit, path)
}

pub(crate) fn policy_in(namespace: &str, strategy: Strategy, limit: &str, path: &str) -> Policy {
    let limit: Limit = limit.parse().expect("a good limit");
    Policy::new(Quota::new(limit, strategy), namespace, [path])
}

/// Asks for one of the policy, `count` times at once; answers how many passed.
pub(crate) async fn admitted(limiter: &RateLimiter, policy: &Policy, key: &Key, count: usize) -> usize {
    let (policy, key) = (Arc::new(policy.clone()), Arc::new(key.clone()));
    let asked: Vec<_> = (0..count)
        .map(|_| {
            let (limiter, policy, key) = (limiter.clone(), Arc::clone(&policy), Arc::clone(&key));
            tokio::spawn(async move { limiter.hit(&policy, &key, 1).await })
        })
        .collect();
    let mut admitted = 0;
    for answer in asked {
        let decision = answer.await.expect("no panic").expect("the server answers");
        admitted += usize::from(decision.is_allowed());
    }
    admitted
}

/// What is left.
pub(crate) async fn left(limiter: &RateLimiter, policy: &Policy, key: &Key) -> u64 {
    limiter.stats(policy, key).await.expect("the server answers").remaining()
}
