//! The limiters that count in this process's memory, ours and governor, as the benchmarks of memory ask them.

mod clients;
mod governor;
mod ours;

pub use self::{
    clients::{Client, Text21, Text200, mix},
    governor::Rival,
    ours::{Ours, hit, storage_of},
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
