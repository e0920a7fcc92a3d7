//! Many keys that are idle, and hits of others until they are gone.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use bench::limiters::{Client, Limiter, Ours, Rival, fill};
use ratelimit_core::{MemoryStorage, Quota};

use crate::{
    FLOOR,
    clock::HandClock,
    pauses::{Pauses, Timed, floor},
};

/// Clients that go on.
const OTHERS: u64 = 10_000;

/// Hits between two looks at how many keys are left.
const STEP: u64 = 10_000;

/// After so long whatever is still there is taken to stay.
const LONGEST: Duration = Duration::from_secs(60);

pub fn run(keys: u64, limiter: usize) -> Pauses {
    match limiter {
        0 => governor(keys),
        FLOOR => floor(keys),
        ours => of_ours(keys, ours - 1),
    }
}

/// The others, numbered where the idle ones are not, over and over.
fn others() -> impl Iterator<Item = u64> {
    (0..OTHERS).map(|number| u64::numbered((1 << 40) + number)).cycle()
}

fn of_ours(keys: u64, strategy: usize) -> Pauses {
    let (clock, strategy) = (HandClock::default(), Ours::STRATEGIES[strategy]);
    let room = (keys + keys / 4) as usize;
    let storage = MemoryStorage::builder().max_keys(room).clock(clock.clone()).build();
    let quota = Quota::new("1000000000/minute".parse().expect("a limit"), strategy);
    let ours = Ours::new(strategy, storage, quota);
    fill::<u64>(&ours, 0..keys);
    // Longer than anything of that minute is remembered.
    clock.put_forward(Duration::from_hours(1));
    let (mut timed, mut others) = (Timed::new(), others());
    let (began, mut gone) = (Instant::now(), None);
    while began.elapsed() < LONGEST {
        others.by_ref().take(STEP as usize).for_each(|client| timed.time(|| ours.hit(&client)));
        if ours.storage.stats().keys <= OTHERS {
            gone = Some(began.elapsed().as_secs_f64() * 1e3);
            break;
        }
    }
    timed.pauses(gone)
}

/// `retain_recent` on another thread, while this one hits.
fn governor(keys: u64) -> Pauses {
    // A millisecond after its hit a client is as if it had never come.
    let rival = Rival::<u64>::of(1_000, Duration::from_millis(1));
    fill::<u64>(&rival, 0..keys);
    thread::sleep(Duration::from_millis(50));
    let (mut timed, mut others) = (Timed::new(), others());
    let is_done = AtomicBool::new(false);
    let took = thread::scope(|scope| {
        let retain = scope.spawn(|| {
            let began = Instant::now();
            rival.0.retain_recent();
            is_done.store(true, Ordering::Release);
            began.elapsed()
        });
        while !is_done.load(Ordering::Acquire) {
            others.by_ref().take(100).for_each(|client| timed.time(|| rival.hit(&client)));
        }
        retain.join().expect("a thread panicked")
    });
    timed.pauses(Some(took.as_secs_f64() * 1e3))
}
