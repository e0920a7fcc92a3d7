//! The lock of tables in memory.

use std::{hint, thread, time::Duration};

use spin::mutex::{SpinMutex, SpinMutexGuard};

/// Tries without letting anybody else run: as long as a hit takes, many times over.
const SPINS: u32 = 64;
/// Tries after which the holder has to be waiting for a processor, and perhaps for ours.
const YIELDS: u32 = SPINS + 64;
const NAP: Duration = Duration::from_micros(50);

/// A lock for work of some nanoseconds.
///
/// A lock that can wake up those who wait has to look for them when it is given back, in an atomic step: 5 of a hit's 17
/// nanoseconds. This one is given back by a plain store, and who waits looks again: at once, then whenever the others
/// have run, and at last after naps, so that a holder who was interrupted comes to run whatever its priority.
pub(super) struct Lock<T>(SpinMutex<T>);

pub(super) type Guard<'a, T> = SpinMutexGuard<'a, T>;

impl<T> Lock<T> {
    pub(super) fn new(value: T) -> Self {
        Self(SpinMutex::new(value))
    }

    #[inline]
    pub(super) fn lock(&self) -> Guard<'_, T> {
        self.0.try_lock().unwrap_or_else(|| self.wait())
    }

    #[cold]
    fn wait(&self) -> Guard<'_, T> {
        let mut tries = 0_u32;
        loop {
            // Looking doesn't take the cache line away from the holder, as trying does.
            if !self.0.is_locked()
                && let Some(guard) = self.0.try_lock()
            {
                return guard;
            }
            match tries {
                0..SPINS => hint::spin_loop(),
                SPINS..YIELDS => thread::yield_now(),
                YIELDS.. => thread::sleep(NAP),
            }
            tries = tries.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_in_it_beside_another() {
        let count = Lock::new((0_u64, false));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for round in 0..2_000 {
                        let mut guard = count.lock();
                        assert!(!std::mem::replace(&mut guard.1, true), "somebody is in");
                        if round % 500 == 0 {
                            // The holder doesn't run for a while.
                            thread::yield_now();
                        }
                        guard.0 += 1;
                        guard.1 = false;
                    }
                });
            }
        });
        assert_eq!(count.lock().0, 16_000);
    }

    #[test]
    fn a_panic_gives_it_back() {
        let lock = Lock::new(7);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _guard = lock.lock();
            panic!("in the lock");
        }));
        assert!(panicked.is_err());
        assert_eq!(*lock.lock(), 7);
    }
}
