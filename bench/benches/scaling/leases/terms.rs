//! How much a process takes at once, and for how long.

use std::time::Duration;

/// When what is left of a lease is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// With the window it was charged to, or when the bucket would be full again.
    WithCharge,
    /// When a bucket has refilled as much as was taken.
    OnceRefilled,
    /// When it is used.
    Never,
}

/// How a process leases.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The most units of a lease; 1 is what the code does today.
    pub batch: u64,
    pub ends: Ends,
    /// Takes no more than what is left, shared among so many processes.
    pub share_of: Option<u64>,
    /// Gives back what has not been used for so long.
    pub gives_back: Option<Duration>,
}

impl Terms {
    pub const fn plain(batch: u64) -> Self {
        Self { batch, ends: Ends::WithCharge, share_of: None, gives_back: None }
    }

    /// What to ask for when so much was left at last.
    pub fn wanted(&self, left: u64) -> u64 {
        match self.share_of {
            Some(processes) => self.batch.min(left / processes).max(1),
            None => self.batch,
        }
    }
}
