//! Who asks when, and of which process: drawn by a seed, so the same in each run.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, Exp, Zipf};

/// The shape of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One request after the other at the same distance, each to the next process.
    Even,
    /// At random times to random processes.
    Poisson,
    /// A tenth of the amount within a tenth of a second, at random times, to random processes.
    Bursts,
    /// A thousand clients, of whom the n-th asks 1/n as often as the first.
    Zipf,
    /// All to the first process.
    OneProcess,
    /// All to one process, then all to the next: each has its turn in each window.
    Moving,
    /// As Poisson, and each process dies once in each window, and starts anew.
    Deaths,
    /// One request to each process, nothing for a window, and then all at once.
    Lulls,
    /// The same, and it comes while the last of eight leases of a tenth of a bucket still holds.
    ShortLulls,
}

impl Shape {
    /// All but the last, which is made for one size of lease.
    pub const ALL: [Self; 8] = [
        Self::Even,
        Self::Poisson,
        Self::Bursts,
        Self::Zipf,
        Self::OneProcess,
        Self::Moving,
        Self::Deaths,
        Self::Lulls,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Poisson => "Poisson",
            Self::Bursts => "bursts",
            Self::Zipf => "Zipf over 1,000 clients",
            Self::OneProcess => "one process has all",
            Self::Moving => "moves from process to process",
            Self::Deaths => "Poisson, processes die",
            Self::Lulls => "lulls, then all at once",
            Self::ShortLulls => "short lulls, then all at once",
        }
    }
}

/// How much is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    pub shape: Shape,
    pub processes: u16,
    /// The limit, a window, and what the client asks for of it; of many clients, all of them of ten limits.
    pub amount: u64,
    pub window_micros: u64,
    pub load: f64,
    pub windows: u64,
}

/// What happens at a process.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Request { client: u32 },
    Death,
}

/// Events in their order: at a microsecond, at a process.
pub type Trace = Vec<(u64, u16, Event)>;

pub const ZIPF_CLIENTS: u32 = 1_000;
const SEED: u64 = 2026;

impl Demand {
    pub fn trace(&self) -> Trace {
        let mut rng = StdRng::seed_from_u64(SEED);
        let mut trace = match self.shape {
            Shape::Even => self.even(),
            Shape::Bursts => self.bursts(&mut rng),
            Shape::Lulls => self.lulls(&mut rng, 1.01),
            Shape::ShortLulls => self.lulls(&mut rng, 0.79),
            _ => self.poisson(&mut rng),
        };
        if self.shape == Shape::Deaths {
            for window in 0..self.windows {
                trace.extend((0..self.processes).map(|process| {
                    let at = (window * self.window_micros) + rng.random_range(0..self.window_micros);
                    (at, process, Event::Death)
                }));
            }
        }
        trace.sort_by_key(|(at, ..)| *at); // stable: what happens at once stays in its order
        trace
    }

    /// Requests a microsecond.
    fn rate(&self) -> f64 {
        let limits = if self.shape == Shape::Zipf { 10.0 } else { 1.0 };
        limits * self.load * self.amount as f64 / self.window_micros as f64
    }

    fn length(&self) -> u64 {
        self.windows * self.window_micros
    }

    fn even(&self) -> Trace {
        let count = (self.rate() * self.length() as f64) as u64;
        let event = |index: u64| {
            let process = (index % u64::from(self.processes)) as u16;
            ((index as f64 / self.rate()) as u64, process, Event::Request { client: 0 })
        };
        (0..count).map(event).collect()
    }

    fn poisson(&self, rng: &mut impl Rng) -> Trace {
        let (gaps, clients) = (Exp::new(self.rate()).expect("a rate"), zipf());
        let mut trace = Trace::new();
        let mut at = 0.0;
        loop {
            at += gaps.sample(rng);
            if at >= self.length() as f64 {
                return trace;
            }
            let process = match self.shape {
                Shape::OneProcess => 0,
                Shape::Moving => {
                    let turn = self.window_micros / u64::from(self.processes);
                    (at as u64 / turn % u64::from(self.processes)) as u16
                }
                _ => rng.random_range(0..self.processes),
            };
            let client = if self.shape == Shape::Zipf { clients.sample(rng) as u32 - 1 } else { 0 };
            trace.push((at as u64, process, Event::Request { client }));
        }
    }

    fn bursts(&self, rng: &mut impl Rng) -> Trace {
        let size = self.amount.div_ceil(10);
        let gaps = Exp::new(self.rate() / size as f64).expect("a rate");
        let mut trace = Trace::new();
        let mut start = 0.0;
        loop {
            start += gaps.sample(rng);
            if start >= self.length() as f64 {
                return trace;
            }
            for _ in 0..size {
                let at = start as u64 + rng.random_range(0..100_000);
                trace.push((at, rng.random_range(0..self.processes), Event::Request { client: 0 }));
            }
        }
    }

    /// `lull` is of a window.
    fn lulls(&self, rng: &mut impl Rng, lull: f64) -> Trace {
        let request = Event::Request { client: 0 };
        let burst = (self.load * self.amount as f64) as u64;
        let mut trace = Trace::new();
        // Two windows, and somewhat more, so that no burst is in the window of the next.
        for start in (0..self.length()).step_by(self.window_micros as usize * 5 / 2) {
            trace.extend((0..self.processes).map(|process| (start, process, request)));
            let over = start + (lull * self.window_micros as f64) as u64;
            for _ in 0..burst {
                let at = over + rng.random_range(0..self.window_micros / 200);
                trace.push((at, rng.random_range(0..self.processes), request));
            }
        }
        trace
    }
}

fn zipf() -> Zipf<f64> {
    Zipf::new(f64::from(ZIPF_CLIENTS), 1.0).expect("clients")
}
