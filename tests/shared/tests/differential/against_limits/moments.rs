//! When a schedule asks.

use ratelimit_core::Strategy;

use super::{START, Step, Wait};

/// The time, in ticks, which goes around what is known to differ.
pub(crate) struct Moments {
    strategy: Strategy,
    window: u64,
    pub(crate) now: u64,
    /// Who was let pass, and when.
    pub(crate) hits: Vec<(usize, u64)>,
}

impl Moments {
    pub(crate) fn new(strategy: Strategy, window: u64) -> Self {
        Self { strategy, window, now: START, hits: Vec::new() }
    }

    pub(crate) fn go_on(&mut self, step: Step) {
        self.now += match step.wait {
            Wait::Ticks(ticks) => ticks,
            Wait::Sixteenths(sixteenths) => self.window * sixteenths / 16,
        };
        match self.strategy {
            Strategy::MovingWindow => {
                while self.hits.iter().any(|(_, at)| self.now == at + self.window) {
                    self.now += 1;
                }
            }
            Strategy::SlidingWindow if self.is_untouched(step.client) => {
                self.now = self.now.next_multiple_of(self.window);
            }
            _ => {}
        }
    }

    /// Whether neither this window nor the one before it has a hit.
    fn is_untouched(&self, client: usize) -> bool {
        let window = self.now / self.window;
        !self.hits.iter().any(|(by, at)| *by == client && at / self.window + 1 >= window)
    }
}
