//! The limiters measured. Their limits are wide enough that every hit is allowed, and slow enough that
//! no entry becomes idle: ours would be removed, and a table that empties itself is measured too kindly.

use std::{hint::black_box, num::NonZeroU32, time::Duration};

use governor::{DefaultKeyedRateLimiter, Quota as GovernorQuota, RateLimiter as Governor};
use ratelimit_core::{Batch, Key, MemoryStorage, Policy, Quota, Storage, Strategy};

/// More than all hits of a run.
const AMOUNT: u32 = 50_000_000;

/// A limiter under measurement.
pub trait Contestant: Sync {
    fn name(&self) -> &'static str;

    /// Hits for each of the requests; answers how many were allowed. The loop is in here so that the
    /// dynamic call is paid once for all of them.
    fn hit_each(&self, requests: &[String]) -> usize;
}

/// governor with its default: a keyed limiter on dashmap.
pub fn governor() -> impl Contestant {
    struct Rival(DefaultKeyedRateLimiter<String>);

    impl Contestant for Rival {
        fn name(&self) -> &'static str {
            "governor, dashmap"
        }

        fn hit_each(&self, requests: &[String]) -> usize {
            requests.iter().filter(|key| self.0.check_key(black_box(key)).is_ok()).count()
        }
    }

    let amount = NonZeroU32::new(AMOUNT).expect("it is not 0");
    let quota = GovernorQuota::with_period(Duration::from_mins(1)).expect("a period").allow_burst(amount);
    Rival(Governor::dashmap(quota))
}

/// A bucket of that many tokens, one of which comes back each minute, as governor's.
pub fn token_bucket() -> impl Contestant {
    let quota = Quota::new("1/minute".parse().expect("a limit"), Strategy::TokenBucket);
    ours("ratelimit, token bucket", quota.with_burst(AMOUNT.into()).expect("a burst"))
}

/// That many an hour.
pub fn fixed_window() -> impl Contestant {
    let limit = format!("{AMOUNT}/hour").parse().expect("a limit");
    ours("ratelimit, fixed window", Quota::new(limit, Strategy::FixedWindow))
}

/// Ours, with the key built from the text for every hit.
fn ours(name: &'static str, quota: Quota) -> impl Contestant {
    struct Ours {
        name: &'static str,
        storage: MemoryStorage,
        policy: Policy,
    }

    impl Contestant for Ours {
        fn name(&self) -> &'static str {
            self.name
        }

        fn hit_each(&self, requests: &[String]) -> usize {
            requests.iter().filter(|key| self.hit(black_box(key))).count()
        }
    }

    impl Ours {
        fn hit(&self, key: &str) -> bool {
            let key = Key::from(key);
            let batch = Batch::of(&self.policy, &key, 1);
            let reply = self.storage.acquire(&batch).now();
            matches!(reply, Ok(Ok(decisions)) if decisions.all_allowed())
        }
    }

    Ours {
        name,
        // Room for a million without evictions, which governor doesn't have.
        storage: MemoryStorage::builder().max_keys(2_000_000).build(),
        policy: Policy::new(quota, "bench", ["hit"]),
    }
}
