//! The process of one limiter.

use std::time::Instant;

use bench::{
    limiters::{Client, Limiter, Text21, contestant, mix},
    process::resident,
};

/// The first word to a process that holds a limiter.
pub const SUBJECT: &str = "subject";

/// Of a round.
const HITS: usize = 500_000;

/// Does what each question says, and answers with a number.
pub fn run(client: &str, limiter: &str, most: &str) {
    let limiter = limiter.parse().expect("a number");
    let most = most.parse().expect("a number");
    match client {
        Text21::NAME => Subject::new(contestant::<Text21>(limiter, most)).obey(),
        _ => Subject::new(contestant::<u64>(limiter, most)).obey(),
    }
}

struct Subject<C> {
    limiter: Box<dyn Limiter<C>>,
    keys: u64,
    /// The requests of a round. They take the places of those of the round before, so that they are as much as at
    /// first.
    requests: Vec<C>,
    before: u64,
}

impl<C: Client> Subject<C> {
    fn new(limiter: Box<dyn Limiter<C>>) -> Self {
        let requests = (0..HITS as u64).map(C::numbered).collect();
        Self { limiter, keys: 0, requests, before: resident() }
    }

    fn obey(mut self) {
        bench::answer(|question| {
            let (word, number) = question.split_once(' ').expect("a word and a number");
            let number = number.parse().expect("a number");
            if word == "grow" { self.grow(number) } else { self.nanos_a_hit(number) }
        });
    }

    /// Answers the bytes resident beyond what was at first.
    fn grow(&mut self, keys: u64) -> f64 {
        for number in self.keys..keys {
            assert!(self.limiter.hit(&C::numbered(number)), "{} refused", self.limiter.name());
        }
        self.keys = keys;
        resident().saturating_sub(self.before) as f64
    }

    fn nanos_a_hit(&mut self, round: u64) -> f64 {
        for (index, request) in (0..).zip(&mut self.requests) {
            *request = C::numbered(mix(round * HITS as u64 + index) % self.keys);
        }
        let began = Instant::now();
        let allowed = self.limiter.hit_each(&self.requests);
        let took = began.elapsed();
        assert_eq!(allowed, HITS, "{} refused", self.limiter.name());
        took.as_nanos() as f64 / HITS as f64
    }
}
