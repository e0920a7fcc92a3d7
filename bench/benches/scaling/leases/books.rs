//! What came of a trace, kept apart from those who decide.

use std::collections::HashMap;

use ratelimit_core::{Policy, Quota, Strategy, Timestamp, strategy::TokenBucket};
use serde::Serialize;

use super::{lessee::Answer, tally::Tally};

/// What came of a trace.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Outcome {
    pub requests: u64,
    pub admitted: u64,
    #[serde(rename = "refused_while_held_requests")]
    pub refused_while_held: u64,
    /// What was admitted beyond the amount in the worst window, or beyond what the bucket holds at the worst moment.
    #[serde(rename = "over_units")]
    pub over: u64,
    /// Units that were used after the window they were charged to.
    pub stale: u64,
    /// In leases at the end.
    pub unused: u64,
    #[serde(flatten)]
    pub tally: Tally,
}

/// Follows each client's limit as an onlooker would.
pub struct Books {
    strategy: Strategy,
    quota: Quota,
    /// The limit's bucket, and of the same rate one so deep that it never refuses: how much of it is used shows.
    deep: Quota,
    clients: HashMap<u32, Client>,
    outcome: Outcome,
}

#[derive(Default)]
struct Client {
    /// The shared storage's last window, as charges told of it, and whether requests have passed since.
    window_ends: Timestamp,
    is_over: bool,
    admitted: u64,
    bucket: TokenBucket,
}

impl Client {
    /// How much has passed in the window that runs; what passes between two counts in the second.
    fn in_window(&mut self, weighs_until: Timestamp, now: Timestamp) -> u64 {
        if now >= self.window_ends && !self.is_over {
            (self.admitted, self.is_over) = (0, true);
        }
        if weighs_until > self.window_ends {
            (self.window_ends, self.is_over) = (weighs_until, false);
        }
        self.admitted += 1;
        self.admitted
    }
}

impl Books {
    pub fn new(policy: &Policy) -> Self {
        let quota = *policy.quota();
        let (capacity, bucket) = (quota.capacity(), Quota::new(quota.limit(), Strategy::TokenBucket));
        Self {
            strategy: quota.strategy(),
            quota,
            deep: bucket.with_burst(capacity * 1_000).expect("a bucket"),
            clients: HashMap::new(),
            outcome: Outcome {
                requests: 0,
                admitted: 0,
                refused_while_held: 0,
                over: 0,
                stale: 0,
                unused: 0,
                tally: Tally::default(),
            },
        }
    }

    /// A request's end; `held` is what lies in leases of its client when it was refused.
    pub fn enter(&mut self, client: u32, answer: Answer, now: Timestamp, held: u64) {
        let outcome = &mut self.outcome;
        outcome.requests += 1;
        if !answer.admitted {
            outcome.refused_while_held += u64::from(held > 0);
            return;
        }
        outcome.admitted += 1;
        let (capacity, client) = (self.quota.capacity(), self.clients.entry(client).or_default());
        let used = match self.strategy {
            Strategy::FixedWindow => {
                outcome.stale += u64::from(now >= answer.weighs_until);
                client.in_window(answer.weighs_until, now)
            }
            _ => {
                client.bucket.charge(&self.deep, 1, now);
                self.deep.capacity() - client.bucket.decide(&self.deep, 0, now).remaining()
            }
        };
        outcome.over = outcome.over.max(used.saturating_sub(capacity));
    }

    pub fn close(self, tally: Tally, unused: u64) -> Outcome {
        Outcome { tally, unused, ..self.outcome }
    }
}
