//! Processes over one shared storage, played through a trace, beside the exact limiter.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt;
use ratelimit_core::{
    Batch, Clock, Key, Limit, ManualClock, MemoryStorage, Policy, Quota, Storage, Strategy,
};

use super::{
    books::{Books, Outcome},
    lessee::Lessee,
    tally::Tally,
    terms::{Ends, Terms},
    traces::{Demand, Event, Trace, ZIPF_CLIENTS},
};

/// Leases that are given back are looked for as often.
const ROUND: Duration = Duration::from_secs(1);

/// The limit that is shared.
pub fn policy(strategy: Strategy, demand: &Demand) -> Policy {
    let limit = Limit::new(demand.amount, Duration::from_micros(demand.window_micros)).expect("a window");
    Policy::new(Quota::new(limit, strategy), "bench", ["leases"])
}

pub fn keys() -> Vec<Key> {
    (0..u64::from(ZIPF_CLIENTS)).map(Key::from).collect()
}

/// Storage and clock of a world of its own.
pub fn memory() -> (Arc<dyn Storage>, ManualClock) {
    let clock = ManualClock::at(Duration::ZERO);
    (Arc::new(MemoryStorage::builder().clock(clock.clone()).build()), clock)
}

/// Plays the trace over a storage that counts by `clock`, and checks that every unit is accounted for.
pub async fn play(
    (shared, clock): (Arc<dyn Storage>, ManualClock),
    policy: &Policy,
    terms: Terms,
    demand: &Demand,
    trace: &Trace,
) -> Outcome {
    let keys = keys();
    let process = |_| Lessee::new(Arc::clone(&shared), Arc::new(clock.clone()), policy.clone(), terms);
    let mut processes: Vec<Lessee> = (0..demand.processes).map(process).collect();
    let mut books = Books::new(policy);
    let mut next_round = clock.now().plus(ROUND);
    for &(at_micros, process, event) in trace {
        clock.advance(
            Duration::from_micros(at_micros).saturating_sub(Duration::from_nanos(clock.now().as_nanos())),
        );
        if let Some(idle) = terms.gives_back
            && clock.now() >= next_round
        {
            for process in &mut processes {
                process.give_back_idle(idle, &keys).await.expect("a storage that works");
            }
            next_round = clock.now().plus(ROUND);
        }
        match event {
            Event::Death => processes[usize::from(process)].die(),
            Event::Request { client } => {
                let asked = &mut processes[usize::from(process)];
                let answer =
                    asked.acquire(client, &keys[client as usize]).await.expect("a storage that works");
                let held =
                    if answer.admitted { 0 } else { processes.iter().map(|other| other.held(client)).sum() };
                books.enter(client, answer, clock.now(), held);
            }
        }
    }
    let unused = processes.iter().map(Lessee::unused).sum();
    let tally = processes.iter().fold(Tally::default(), |sum, process| sum.plus(process.tally));
    let outcome = books.close(tally, unused);
    check(&outcome, policy, terms, demand);
    outcome
}

/// In memory, where every answer is there at once.
pub fn simulate(strategy: Strategy, terms: Terms, demand: &Demand, trace: &Trace) -> Outcome {
    let policy = policy(strategy, demand);
    play(memory(), &policy, terms, demand, trace).now_or_never().expect("memory answers at once")
}

/// How many requests the shared storage admits that is asked for each.
pub fn exact(strategy: Strategy, demand: &Demand, trace: &Trace) -> u64 {
    let (policy, keys, (storage, clock)) = (policy(strategy, demand), keys(), memory());
    let mut admitted = 0;
    for &(at_micros, _, event) in trace {
        clock.advance(
            Duration::from_micros(at_micros).saturating_sub(Duration::from_nanos(clock.now().as_nanos())),
        );
        if let Event::Request { client } = event {
            let batch = Batch::of(&policy, &keys[client as usize], 1);
            let decisions =
                storage.acquire(&batch).now().expect("memory answers at once").expect("and doesn't fail");
            admitted += u64::from(decisions.all_allowed());
        }
    }
    admitted
}

/// What must hold whatever the load.
fn check(outcome: &Outcome, policy: &Policy, terms: Terms, demand: &Demand) {
    let tally = outcome.tally;
    let accounted = tally.used + tally.given_back + tally.expired + tally.lost + outcome.unused;
    assert_eq!(
        tally.charged, accounted,
        "every unit is used, given back, expired, lost or held: {outcome:?}"
    );
    assert_eq!(tally.used, outcome.admitted, "nothing passes without a unit");
    let bound = match (policy.quota().strategy(), terms.ends) {
        // A unit ends with its window.
        (Strategy::FixedWindow, Ends::WithCharge) => 0,
        // The oldest lease in use was charged when the bucket lacked at least as much; the bucket lacks all others.
        (_, Ends::WithCharge | Ends::OnceRefilled) if terms.gives_back.is_none() => terms.batch - 1,
        // What all can hold.
        _ => u64::from(demand.processes) * (terms.batch - 1),
    };
    assert!(outcome.over <= bound, "at most {bound} too much: {outcome:?}");
    assert!(terms.ends == Ends::Never || outcome.stale == 0, "no unit outlives its window: {outcome:?}");
    if terms.batch == 1 {
        assert_eq!(outcome.refused_while_held, 0, "nothing is held: {outcome:?}");
    }
}
