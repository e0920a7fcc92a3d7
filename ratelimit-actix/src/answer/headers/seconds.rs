//! Whole seconds, rounded so that nobody comes too early.

use std::time::Duration;

/// `duration` in seconds, rounded up.
pub(crate) fn rounded_up(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

/// `wait` in seconds, rounded up, at least 1: nobody is told to come back at once.
pub(crate) fn to_wait(wait: Duration) -> u64 {
    rounded_up(wait).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up() {
        let table = [
            (Duration::ZERO, 0, 1),
            (Duration::from_nanos(1), 1, 1),
            (Duration::from_secs(1), 1, 1),
            (Duration::new(1, 1), 2, 2),
            (Duration::new(41, 999_999_999), 42, 42),
            (Duration::MAX, u64::MAX, u64::MAX),
        ];
        for (duration, rounded, wait) in table {
            assert_eq!((rounded_up(duration), to_wait(duration)), (rounded, wait), "{duration:?}");
        }
    }
}
