//! What processes have done.

use serde::Serialize;

/// In units, but for the calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub calls: u64,
    pub charged: u64,
    pub used: u64,
    pub given_back: u64,
    pub expired: u64,
    /// In leases of processes that died.
    pub lost: u64,
}

impl Tally {
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            charged: self.charged + other.charged,
            used: self.used + other.used,
            given_back: self.given_back + other.given_back,
            expired: self.expired + other.expired,
            lost: self.lost + other.lost,
        }
    }
}
