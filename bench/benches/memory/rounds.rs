//! Interleaved rounds: every contestant once, again and again, so that whatever else the machine does
//! meets all of them alike.

use std::{sync::Barrier, thread, time::Instant};

use bench::median;

use crate::contestants::Contestant;

const ROUNDS: usize = 15;

/// A set of requests, and the number of threads that send them.
pub struct Workload {
    keys: usize,
    threads: usize,
    requests: Vec<String>,
}

impl Workload {
    /// A million requests of `keys` different clients, 21 bytes each, in random order.
    ///
    /// The texts lie in memory in the order in which they are used, as a request's would be at hand;
    /// where a table put its entry for them is another matter.
    pub fn new(keys: usize, threads: usize) -> Self {
        let mut clients: Vec<usize> = (0..1_000_000).map(|request| request % keys).collect();
        shuffle(&mut clients);
        let requests = clients.iter().map(|client| format!("client-{client:014}")).collect();
        Self { keys, threads, requests }
    }

    /// Measures the contestants, the first of which is the one to compare with, and prints a table row
    /// for each.
    pub fn measure(&self, contestants: &[Box<dyn Contestant>]) {
        self.fill(contestants);
        let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
        for round in 0..ROUNDS {
            // Whoever starts changes, as the first may find the machine in another mood.
            for turn in 0..contestants.len() {
                let index = (round + turn) % contestants.len();
                rounds[index].push(self.nanos_a_hit(contestants[index].as_ref(), round));
            }
        }
        for (contestant, nanos) in contestants.iter().zip(&rounds) {
            let ratios: Vec<f64> = nanos.iter().zip(&rounds[0]).map(|(ours, first)| ours / first).collect();
            let least = nanos.iter().copied().fold(f64::INFINITY, f64::min);
            let (keys, threads) = (self.keys, self.threads);
            let (nanos, ratio) = (median(nanos.clone()), median(ratios));
            println!(
                "| {keys:>8} | {threads} | {:<24} | {nanos:>8.1} | {least:>8.1} | {ratio:>5.2} |",
                contestant.name()
            );
        }
    }

    /// Makes every key known, in another order than that of the requests.
    fn fill(&self, contestants: &[Box<dyn Contestant>]) {
        let keys: Vec<String> = (0..self.keys).map(|client| format!("client-{client:014}")).collect();
        for contestant in contestants {
            assert_eq!(contestant.hit_each(&keys), keys.len(), "{} refused", contestant.name());
        }
    }

    /// The mean over the threads of what a hit took in each one's own view.
    fn nanos_a_hit(&self, contestant: &dyn Contestant, round: usize) -> f64 {
        let share = self.requests.len() / (2 * self.threads);
        let start = Barrier::new(self.threads);
        let run = |thread: usize| {
            // Each thread, and every other round, has other requests.
            let from = (thread * 2 + round % 2) * share;
            let requests = &self.requests[from..from + share];
            start.wait();
            let began = Instant::now();
            assert_eq!(contestant.hit_each(requests), share, "{} refused", contestant.name());
            began.elapsed().as_nanos() as f64 / share as f64
        };
        thread::scope(|scope| {
            let handles: Vec<_> = (0..self.threads).map(|thread| scope.spawn(move || run(thread))).collect();
            let each = handles.into_iter().map(|handle| handle.join().expect("a thread panicked"));
            each.sum::<f64>() / self.threads as f64
        })
    }
}

pub fn print_header() {
    println!("|     keys | threads | limiter | ns a hit (median) | least | ratio to governor |");
    println!("|---|---|---|---|---|---|");
}

/// Fisher and Yates, by a xorshift that is the same in every run.
fn shuffle(items: &mut [usize]) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for last in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(last, (state % (last as u64 + 1)) as usize);
    }
}
