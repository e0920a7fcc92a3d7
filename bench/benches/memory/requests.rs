//! Who sends the requests, in which order.

use bench::limiters::Client;
use rand::{SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Uniform, Zipf};
use serde::Serialize;

/// How requests are spread over clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Spread {
    Uniform,
    /// The first client sends twice as much as the second, thrice as much as the third, …
    Zipf,
}

impl Spread {
    pub const ALL: [Self; 2] = [Self::Uniform, Self::Zipf];

    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Zipf => "zipf",
        }
    }
}

/// Requests made beforehand.
///
/// They lie in memory in the order in which they are used, as a request's key would be at hand; where a
/// table put its entry for them is another matter.
pub struct Requests<C> {
    pub keys: usize,
    pub spread: Spread,
    all: Vec<C>,
}

impl<C: Client> Requests<C> {
    /// The same in every run.
    pub fn new(keys: usize, spread: Spread) -> Self {
        let mut random = StdRng::seed_from_u64(keys as u64);
        // With many keys so many requests that what one round has touched is out of the caches when it is met again.
        let count = keys.clamp(1_000_000, 8_000_000);
        let numbers: Box<dyn FnMut() -> u64> = match spread {
            Spread::Uniform => {
                let uniform = Uniform::new(0, keys as u64).expect("a range");
                Box::new(move || uniform.sample(&mut random))
            }
            Spread::Zipf => {
                let zipf = Zipf::new(keys as f64, 1.0).expect("a distribution");
                Box::new(move || zipf.sample(&mut random) as u64 - 1)
            }
        };
        let all = std::iter::repeat_with(numbers).take(count).map(C::numbered).collect();
        Self { keys, spread, all }
    }

    /// The `index`th part of so many requests, from the first again after the last.
    pub fn part(&self, index: usize, length: usize) -> &[C] {
        let index = index % (self.all.len() / length);
        &self.all[index * length..][..length]
    }
}
