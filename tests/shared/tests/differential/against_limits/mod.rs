//! Memory here and in the Python library `limits`, whose rules the strategies of that name follow.
//!
//! Both are asked the same at the same moments: does it pass, how much is left, when is there more. The contract wants
//! other things in a few places, which schedules leave out:
//!
//! * **A refused hit of a fixed window counts there.** `differential.py` makes only hits that a `test` lets pass.
//! * **A hit as old as the window still counts for a moving window's `hit` there**, though not for its `test`. Here
//!   an event leaves when its age reaches the window (S8). No two moments are a window apart.
//! * **Sliding windows in memory are aligned to the clock there**, here (and in the library's Redis) to the first hit.
//!   Counters that are untouched are hit at a window's start first.
//! * **When there is more** is not the same for an untouched moving window (a window from now there, at once here), and
//!   for sliding windows is when the estimate changes there, and when a unit is free here: not compared.

mod library;
mod moments;

use std::{cell::RefCell, env, fmt::Write, time::Duration};

use proptest::{
    collection::vec,
    prop_oneof,
    strategy::{Just, Strategy as Generator},
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};
use ratelimit_core::{Key, Limit, ManualClock, MemoryStorage, Policy, Quota, RateLimiter, Strategy};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use self::{library::Library, moments::Moments};

/// How many schedules of some forty steps a test runs; `PROPTEST_CASES` in the environment asks for another number.
const SCHEDULES: u32 = 300;

/// A 64th of a second, which is a whole number of microseconds and exact in binary.
const TICK: Duration = Duration::from_micros(15_625);
const TICKS_A_SECOND: u64 = 64;

/// Where both clocks start: at the start of every window that is a power of two.
const START: u64 = 1 << 20;

#[test]
fn fixed_windows_agree() {
    agree(Strategy::FixedWindow, "fixed-window", 1..=600_u64);
}

#[test]
fn moving_windows_agree() {
    agree(Strategy::MovingWindow, "moving-window", 1..=600_u64);
}

/// With windows of which every share is exact in binary: there, the estimate is computed in floating point.
#[test]
fn sliding_windows_agree() {
    agree(Strategy::SlidingWindow, "sliding-window-counter", (0..=9_u32).prop_map(|power| 1 << power));
}

/// One limit, and what is asked of it.
#[derive(Clone, Debug)]
struct Schedule {
    amount: u64,
    seconds: u64,
    steps: Vec<Step>,
}

/// A wait, and then a question.
#[derive(Clone, Copy, Debug)]
struct Step {
    wait: Wait,
    client: usize,
    cost: u64,
    is_hit: bool,
}

#[derive(Clone, Copy, Debug)]
enum Wait {
    Ticks(u64),
    /// Sixteenths of the window.
    Sixteenths(u64),
}

#[track_caller]
fn agree(strategy: Strategy, name: &str, seconds: impl Generator<Value = u64>) {
    let library = RefCell::new(Library::start());
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let cases = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(SCHEDULES);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&schedules(seconds), |schedule| {
        let (asked, ours) = run(&runtime, strategy, &schedule);
        let Schedule { amount, seconds, .. } = schedule;
        let question = json!({ "strategy": name, "amount": amount, "seconds": seconds, "steps": asked });
        let theirs = library.borrow_mut().ask(&question);
        compare(strategy, amount, &asked, &ours, &theirs).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, Schedule { amount, seconds, .. })) => {
            panic!("{name}, {amount} per {seconds} seconds, is not the library's:\n{reason}");
        }
        Err(other) => panic!("{other}"),
    }
}

fn schedules(seconds: impl Generator<Value = u64>) -> impl Generator<Value = Schedule> {
    (prop_oneof![4 => 1..=20_u64, 1 => Just(1_000)], seconds).prop_flat_map(|(amount, seconds)| {
        let cost = prop_oneof![4 => 1..=3_u64, 1 => 1..=amount + 1];
        let wait = prop_oneof![
            2 => Just(Wait::Ticks(0)),
            2 => (1..64_u64).prop_map(Wait::Ticks),
            4 => (1..=6_u64).prop_map(Wait::Sixteenths),
            1 => (7..=40_u64).prop_map(Wait::Sixteenths),
        ];
        let step = (wait, 0..2_usize, cost, prop_oneof![4 => Just(true), 1 => Just(false)]);
        let step = step.prop_map(|(wait, client, cost, is_hit)| Step { wait, client, cost, is_hit });
        vec(step, 1..80).prop_map(move |steps| Schedule { amount, seconds, steps })
    })
}

/// What is asked of the library, and what the strategy here says to it: whether it passes, how much is left, and in how
/// many ticks there is more.
fn run(runtime: &Runtime, strategy: Strategy, schedule: &Schedule) -> (Vec<Value>, Vec<(bool, u64, u64)>) {
    let clock = ManualClock::new();
    clock.advance(TICK * u32::try_from(START).expect("some hours"));
    let limiter = RateLimiter::new(MemoryStorage::builder().clock(clock.clone()).build());
    let limit =
        Limit::new(schedule.amount, Duration::from_secs(schedule.seconds)).expect("a window in range");
    let policy = Policy::new(Quota::new(limit, strategy), "", ["limit"]);
    let keys = ["alice", "bob"];
    let mut moments = Moments::new(strategy, schedule.seconds * TICKS_A_SECOND);
    let (mut asked, mut said) = (Vec::new(), Vec::new());
    for step in &schedule.steps {
        let before = moments.now;
        moments.go_on(*step);
        clock.advance(TICK * u32::try_from(moments.now - before).expect("some windows"));
        let key = Key::from(keys[step.client]);
        let (passed, left) = runtime.block_on(async {
            let decision = if step.is_hit {
                limiter.hit(&policy, &key, step.cost).await
            } else {
                limiter.peek(&policy, &key, step.cost).await
            };
            let left = limiter.stats(&policy, &key).await.expect("memory never fails");
            (decision.expect("memory never fails").is_allowed(), left)
        });
        if passed && step.is_hit {
            moments.hits.push((step.client, moments.now));
        }
        let ticks = left.reset_after().as_nanos().div_ceil(TICK.as_nanos());
        said.push((passed, left.remaining(), u64::try_from(ticks).expect("a window")));
        asked.push(json!([
            moments.now,
            keys[step.client],
            step.cost,
            if step.is_hit { "hit" } else { "test" }
        ]));
    }
    (asked, said)
}

fn compare(
    strategy: Strategy,
    amount: u64,
    asked: &[Value],
    ours: &[(bool, u64, u64)],
    theirs: &Value,
) -> Result<(), String> {
    let mut trace = String::from("[ticks, client, cost, what]: [passes, left, ticks until more is left]\n");
    for (index, (passes, left, more)) in ours.iter().enumerate() {
        let theirs = &theirs[index];
        let _ = writeln!(trace, "{}: {theirs}", asked[index]); // never fails on a string
        let is_same_wait = theirs[2].as_f64() == Some(f64::from(u32::try_from(*more).unwrap_or(u32::MAX)));
        let is_wait_compared = strategy != Strategy::SlidingWindow && *left < amount;
        if theirs[0] != *passes || theirs[1] != *left || is_wait_compared && !is_same_wait {
            return Err(format!("{trace}but here [{passes}, {left}, {more}]"));
        }
    }
    Ok(())
}
