//! Ours as one asks any storage: `RateLimiter::hit`, a future, over a storage whose type is forgotten.

use std::hint::black_box;

use bench::limiters::{Client, Limiter, Ours};
use futures_util::FutureExt;
use ratelimit_core::{Policy, RateLimiter};

pub struct Asked {
    limiter: RateLimiter,
    policy: Policy,
}

impl Asked {
    pub fn new(ours: Ours) -> Self {
        Self { limiter: RateLimiter::new(ours.storage), policy: ours.policy }
    }
}

impl<C: Client> Limiter<C> for Asked {
    fn name(&self) -> &'static str {
        "fixed window, by RateLimiter::hit"
    }

    fn hit(&self, client: &C) -> bool {
        let key = client.key();
        let answer = self.limiter.hit(&self.policy, &key, 1).now_or_never();
        matches!(answer, Some(Ok(decision)) if decision.is_allowed())
    }

    fn hit_each(&self, clients: &[C]) -> usize {
        clients.iter().filter(|client| self.hit(black_box(*client))).count()
    }
}
