//! Waiting for what takes its time.

use std::{
    thread,
    time::{Duration, Instant},
};

/// The longest a healthy server can take for anything here, on a machine that is very busy.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

const STEP: Duration = Duration::from_millis(5);

/// Asks `probe` over and over until it answers.
///
/// # Panics
/// When it has not answered for [`PATIENCE`]: the message names `what` was waited for.
#[track_caller]
pub(crate) fn until<T>(what: &str, probe: impl FnMut() -> Option<T>) -> T {
    let Some(found) = within(PATIENCE, probe) else { panic!("waited {PATIENCE:?} in vain: {what}") };
    found
}

/// Asks `probe` until it answers or `limit` has passed.
pub(crate) fn within<T>(limit: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let found = probe();
        if found.is_some() || start.elapsed() > limit {
            return found;
        }
        thread::sleep(STEP);
    }
}
