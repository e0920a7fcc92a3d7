//! The three windows, as lists of every hit.

use proptest::prelude::*;
use ratelimit_core::{Quota, Strategy};

use super::{Model, follow, quotas, schedules};

/// One charge.
#[derive(Clone, Copy)]
struct Hit {
    charge: usize,
    cost: u64,
    at: u64,
}

fn sum<'a>(hits: impl IntoIterator<Item = &'a Hit>) -> u64 {
    hits.into_iter().map(|hit| hit.cost).sum()
}

/// The hits of the window that the first of them started.
#[derive(Clone)]
struct Fixed {
    amount: u64,
    window: u64,
    start: u64,
    hits: Vec<Hit>,
}

impl Model for Fixed {
    fn new(quota: &Quota) -> Self {
        let limit = quota.limit();
        Self { amount: limit.amount(), window: limit.window_nanos(), start: 0, hits: Vec::new() }
    }

    fn available(&mut self, now: u64) -> u64 {
        if now - self.start >= self.window {
            self.hits.clear();
        }
        self.amount - sum(&self.hits)
    }

    fn take(&mut self, charge: usize, cost: u64, now: u64) {
        self.available(now);
        if cost > 0 {
            self.start = if self.hits.is_empty() { now } else { self.start };
            self.hits.push(Hit { charge, cost, at: now });
        }
    }

    fn give_back(&mut self, charge: usize, now: u64) {
        self.available(now);
        self.hits.retain(|hit| hit.charge != charge);
    }
}

/// All hits since the counter was last untouched, told apart by the window they fell into.
#[derive(Clone)]
struct Sliding {
    amount: u64,
    window: u64,
    start: u64,
    hits: Vec<Hit>,
}

impl Sliding {
    fn in_window(&self, index: Option<u64>) -> u64 {
        sum(self.hits.iter().filter(|hit| Some((hit.at - self.start) / self.window) == index))
    }
}

impl Model for Sliding {
    fn new(quota: &Quota) -> Self {
        let limit = quota.limit();
        Self { amount: limit.amount(), window: limit.window_nanos(), start: 0, hits: Vec::new() }
    }

    fn available(&mut self, now: u64) -> u64 {
        let (index, elapsed) = ((now - self.start) / self.window, (now - self.start) % self.window);
        let (current, previous) = (self.in_window(Some(index)), self.in_window(index.checked_sub(1)));
        if current + previous == 0 {
            self.hits.clear();
        }
        self.amount - previous * (self.window - elapsed) / self.window - current
    }

    fn take(&mut self, charge: usize, cost: u64, now: u64) {
        self.available(now);
        if cost > 0 {
            self.start = if self.hits.is_empty() { now } else { self.start };
            self.hits.push(Hit { charge, cost, at: now });
        }
    }

    fn give_back(&mut self, charge: usize, now: u64) {
        self.available(now);
        self.hits.retain(|hit| hit.charge != charge);
        self.available(now);
    }
}

/// Every hit, with its age.
#[derive(Clone)]
struct Moving {
    amount: u64,
    window: u64,
    hits: Vec<Hit>,
}

impl Model for Moving {
    fn new(quota: &Quota) -> Self {
        let limit = quota.limit();
        Self { amount: limit.amount(), window: limit.window_nanos(), hits: Vec::new() }
    }

    fn available(&mut self, now: u64) -> u64 {
        self.amount - sum(self.hits.iter().filter(|hit| now - hit.at < self.window))
    }

    fn take(&mut self, charge: usize, cost: u64, now: u64) {
        self.hits.push(Hit { charge, cost, at: now });
    }

    fn give_back(&mut self, charge: usize, _now: u64) {
        self.hits.retain(|hit| hit.charge != charge);
    }
}

proptest! {
    #[test]
    fn fixed_window_counts_like_its_model(quota in quotas(Strategy::FixedWindow), schedule in schedules()) {
        follow::<Fixed>(&quota, &schedule);
    }

    #[test]
    fn sliding_window_counts_like_its_model(quota in quotas(Strategy::SlidingWindow), schedule in schedules()) {
        follow::<Sliding>(&quota, &schedule);
    }

    #[test]
    fn moving_window_counts_like_its_model(quota in quotas(Strategy::MovingWindow), schedule in schedules()) {
        follow::<Moving>(&quota, &schedule);
    }
}
