//! governor with its default: a keyed limiter on dashmap, by its own clock.

use std::{hint::black_box, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::{AMOUNT, Client, Limiter};

/// governor.
pub struct Rival<C: Client>(pub DefaultKeyedRateLimiter<C>);

impl<C: Client> Rival<C> {
    /// A quota so wide that every hit is allowed, one of which comes back each minute.
    pub fn wide() -> Self {
        Self::of(AMOUNT, Duration::from_mins(1))
    }

    /// So many at once, one of which comes back each `period`.
    ///
    /// # Panics
    /// When either is 0.
    pub fn of(burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).expect("it is not 0");
        let quota = Quota::with_period(period).expect("a period").allow_burst(burst);
        Self(RateLimiter::dashmap(quota))
    }
}

impl<C: Client> Limiter<C> for Rival<C> {
    fn name(&self) -> &'static str {
        "governor"
    }

    #[inline]
    fn hit(&self, client: &C) -> bool {
        self.0.check_key(client).is_ok()
    }

    fn hit_each(&self, clients: &[C]) -> usize {
        clients.iter().filter(|client| self.hit(black_box(client))).count()
    }
}
