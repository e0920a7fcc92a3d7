//! One kind of client, number of keys and spread: all contestants, on one thread and on two.

use std::{sync::Barrier, thread, time::Instant};

use bench::{
    interleave,
    limiters::{Client, Limiter},
};
use serde::Serialize;

use crate::requests::{Requests, Spread};

/// How much is measured.
pub struct Size {
    pub keys: &'static [usize],
    pub rounds: usize,
    /// Of a round, shared among the threads.
    pub hits: usize,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub struct Cell {
    pub client: &'static str,
    pub keys: usize,
    pub spread: Spread,
    pub contestants: Vec<&'static str>,
    /// Nanoseconds a hit in each thread's own view: on one thread and on two, of each contestant, of each round.
    pub nanos: [Vec<Vec<f64>>; 2],
}

impl Cell {
    pub fn measure<C: Client>(
        contestants: &[Box<dyn Limiter<C>>],
        requests: &Requests<C>,
        size: &Size,
    ) -> Self {
        let count = contestants.len();
        let mut all = interleave(size.rounds, 2 * count, |index, round| {
            let (threads, contestant) = (1 + index / count, contestants[index % count].as_ref());
            nanos_a_hit(contestant, requests, threads, size.hits / threads, round)
        });
        let two = all.split_off(count);
        Self {
            client: C::NAME,
            keys: requests.keys,
            spread: requests.spread,
            contestants: contestants.iter().map(|contestant| contestant.name()).collect(),
            nanos: [all, two],
        }
    }
}

/// The mean over the threads of what a hit took in each one's own view.
fn nanos_a_hit<C: Client>(
    contestant: &dyn Limiter<C>,
    requests: &Requests<C>,
    threads: usize,
    share: usize,
    round: usize,
) -> f64 {
    let start = Barrier::new(threads);
    let run = |thread: usize| {
        // Each thread and each round has other requests, but all contestants have the same.
        let requests = requests.part(round * threads + thread, share);
        start.wait();
        let began = Instant::now();
        assert_eq!(contestant.hit_each(requests), share, "{} refused", contestant.name());
        began.elapsed().as_nanos() as f64 / share as f64
    };
    thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        let each = handles.into_iter().map(|handle| handle.join().expect("a thread panicked"));
        each.sum::<f64>() / threads as f64
    })
}
