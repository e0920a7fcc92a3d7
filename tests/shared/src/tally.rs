//! What became of requests.

/// How many requests ended in which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answered 200.
    pub admitted: u64,
    /// Answered 429.
    pub refused: u64,
    /// Not answered, as the process was killed: the storage may have counted them or not.
    pub cut_off: u64,
    /// Every other status.
    pub others: Vec<u16>,
}

impl Tally {
    /// All requests that have ended.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.answered() + self.cut_off
    }

    /// All requests that got an answer.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.admitted + self.refused + self.others.len() as u64
    }

    pub(crate) fn add(&mut self, status: Option<u16>) {
        match status {
            Some(200) => self.admitted += 1,
            Some(429) => self.refused += 1,
            Some(other) => self.others.push(other),
            None => self.cut_off += 1,
        }
    }
}
