//! The process of one limiter: what happens to it.

use std::{ops::Range, time::Instant};

use bench::{
    answer,
    limiters::{Client, Limiter, Ours, Rival},
    process::resident,
};
use ratelimit_core::{MemoryStorage, Quota, Strategy};
use serde::Serialize;

use crate::{End, Point};

/// The first word to a process that holds a limiter.
pub const SUBJECT: &str = "subject";

/// What each client may do. None of it comes back while the flood lasts.
const AMOUNT: u32 = 5;

/// Clients that are refused before the flood, numbered where the flood doesn't come.
const LOUD: Range<u64> = 1 << 40..(1 << 40) + 300;
/// The same, but they don't try again before the flood is over.
const QUIET: Range<u64> = 1 << 41..(1 << 41) + 300;

/// After so many new keys one of the loud tries again.
const PAUSE: u64 = 1000;

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Point(Point),
    End(End),
}

/// Floods itself with so many new keys at each question, until it is asked for the end.
pub fn run(limiter: usize, max_keys: usize) {
    if limiter == 0 {
        let period = std::time::Duration::from_hours(24) / AMOUNT;
        let mut flooded = Flooded::new(Rival::<u64>::of(AMOUNT, period));
        answer(|keys| flooded.flood(keys.parse().expect("a number")));
    } else {
        let mut flooded = Flooded::new(ours(Ours::STRATEGIES[limiter - 1], max_keys));
        answer(|question| match question.parse() {
            Ok(keys) => Answer::Point(flooded.flood(keys)),
            Err(_) => Answer::End(flooded.end()),
        });
    }
}

fn ours(strategy: Strategy, max_keys: usize) -> Ours {
    let limit = format!("{AMOUNT}/day").parse().expect("a limit");
    let storage = MemoryStorage::builder().max_keys(max_keys).build();
    Ours::new(strategy, storage, Quota::new(limit, strategy))
}

struct Flooded<L> {
    limiter: L,
    seen: u64,
    before: u64,
    retries: u64,
    passed: u64,
}

impl<L: Limiter<u64>> Flooded<L> {
    fn new(limiter: L) -> Self {
        let before = resident();
        for client in LOUD.chain(QUIET).map(u64::numbered) {
            let allowed = (0..=AMOUNT).filter(|_| limiter.hit(&client)).count();
            assert_eq!(allowed, AMOUNT as usize, "{} refuses what it should", limiter.name());
        }
        Self { limiter, seen: 0, before, retries: 0, passed: 0 }
    }

    fn flood(&mut self, keys: u64) -> Point {
        let began = Instant::now();
        for number in self.seen..self.seen + keys {
            self.limiter.hit(&u64::numbered(number));
            if number % PAUSE == 0 {
                self.retry();
            }
        }
        let took = began.elapsed();
        self.seen += keys;
        Point {
            seen: self.seen,
            nanos_a_hit: took.as_nanos() as f64 / (keys + keys / PAUSE) as f64,
            resident_mb: resident().saturating_sub(self.before) as f64 / 1e6,
            retries: self.retries,
            passed: self.passed,
        }
    }

    fn retry(&mut self) {
        let client = LOUD.start + self.retries % (LOUD.end - LOUD.start);
        self.passed += u64::from(self.limiter.hit(&u64::numbered(client)));
        self.retries += 1;
    }
}

impl Flooded<Ours> {
    fn end(&self) -> End {
        let stats = self.limiter.storage.stats();
        let passes = |client: &u64| self.limiter.hit(client);
        End {
            keys: stats.keys,
            evicted: stats.evicted,
            evicted_refused: stats.evicted_refused,
            quiet_passed: QUIET.map(u64::numbered).filter(passes).count() as u64,
        }
    }
}
