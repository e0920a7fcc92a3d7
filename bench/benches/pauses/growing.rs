//! New keys, one after the other.

use bench::limiters::{Client, contestant};

use crate::{
    FLOOR,
    pauses::{Pauses, Timed},
};

pub fn run(keys: u64, limiter: usize) -> Pauses {
    let mut timed = Timed::new();
    let clients = (0..keys).map(u64::numbered);
    if limiter == FLOOR {
        clients.for_each(|client| timed.time(|| client));
    } else {
        let limiter = contestant::<u64>(limiter, keys as usize);
        clients.for_each(|client| timed.time(|| limiter.hit(&client)));
    }
    timed.pauses(None)
}
