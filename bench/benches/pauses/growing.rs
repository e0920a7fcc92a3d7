//! New keys, one after the other.

use bench::limiters::{Client, contestant};

use crate::{
    FLOOR,
    pauses::{Pauses, Timed, floor},
};

pub fn run(keys: u64, limiter: usize) -> Pauses {
    if limiter == FLOOR {
        return floor(keys);
    }
    let limiter = contestant::<u64>(limiter, keys as usize);
    let mut timed = Timed::new();
    (0..keys).map(u64::numbered).for_each(|client| timed.time(|| limiter.hit(&client)));
    timed.pauses(None)
}
