//! The limiters that count in this process's memory, ours and governor, as the benchmarks of memory ask them.

mod clients;
mod governor;
mod ours;

pub use self::{
    clients::{Client, Text21, Text200, mix},
    governor::Rival,
    ours::{Ours, hit, storage_of, wide_quota},
};

/// More than the hits that one client has in a benchmark with few clients.
pub const AMOUNT: u32 = 50_000_000;

/// A limiter under measurement.
pub trait Limiter<C>: Sync {
    fn name(&self) -> &'static str;

    /// Whether the request may pass.
    fn hit(&self, client: &C) -> bool;

    /// Hits for each of the requests; answers how many were allowed. The loop is in here so that the
    /// dynamic call is paid once for all of them.
    fn hit_each(&self, clients: &[C]) -> usize;
}

/// governor, and after it each of our strategies with room for so many clients; all with quotas so wide that every
/// hit is allowed.
pub fn contestants<C: Client>(clients: usize) -> Vec<Box<dyn Limiter<C>>> {
    (0..NAMES.len()).map(|index| contestant(index, clients)).collect()
}

/// The names of [`contestants`].
pub const NAMES: [&str; 4] = ["governor", "fixed window", "token bucket", "sliding window"];

/// One of [`contestants`].
pub fn contestant<C: Client>(index: usize, clients: usize) -> Box<dyn Limiter<C>> {
    match index {
        0 => Box::new(Rival::<C>::wide()),
        ours => Box::new(Ours::wide(Ours::STRATEGIES[ours - 1], clients)),
    }
}

/// Makes so many clients known to the limiter, a step at a time, as the names of all of them may be more than memory
/// holds.
///
/// # Panics
/// When one is refused.
pub fn fill<C: Client>(limiter: &dyn Limiter<C>, numbers: std::ops::Range<u64>) {
    const STEP: u64 = 100_000;
    let mut clients = Vec::new();
    for from in numbers.clone().step_by(STEP as usize) {
        clients.clear();
        clients.extend((from..numbers.end.min(from + STEP)).map(C::numbered));
        assert_eq!(limiter.hit_each(&clients), clients.len(), "{} refused", limiter.name());
    }
}
