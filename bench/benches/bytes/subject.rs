//! A process that holds one limiter.

use bench::{
    limiters::{Client, Limiter, Ours, Rival, Text21, Text200, wide_quota},
    process::{most_resident, resident},
};
use ratelimit_core::MemoryStorage;
use serde::{Deserialize, Serialize};

use crate::allocator;

/// The first word to a process that holds a limiter.
pub const SUBJECT: &str = "subject";

/// What a limiter full of clients has more than an empty one, in bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Weight {
    /// How many clients it knows in the end.
    pub held: u64,
    pub resident: u64,
    pub allocated: u64,
    pub peak: u64,
}

/// Prints the weight that the words ask for.
pub fn run(words: &[String]) {
    let [client, numbers @ ..] = words else { panic!("no client") };
    let numbers: Vec<usize> = numbers.iter().map(|word| word.parse().expect("a number")).collect();
    let [limiter, keys, max_keys] = numbers[..] else { panic!("not three numbers") };
    let weight = match client.as_str() {
        <u64 as Client>::NAME => weigh::<u64>(limiter, keys, max_keys),
        Text21::NAME => weigh::<Text21>(limiter, keys, max_keys),
        _ => weigh::<Text200>(limiter, keys, max_keys),
    };
    println!("{}", serde_json::to_string(&weight).expect("numbers"));
}

fn weigh<C: Client>(limiter: usize, keys: usize, max_keys: usize) -> Weight {
    let (before, allocated_before) = (resident(), allocator::allocated());
    let fill = |limiter: &dyn Limiter<C>| {
        // One client after another: a list of them would leave memory behind that is resident.
        for number in 0..keys as u64 {
            assert!(limiter.hit(&C::numbered(number)), "{} refused", limiter.name());
        }
    };
    let weight = |held| Weight {
        held,
        resident: resident().saturating_sub(before),
        allocated: allocator::allocated().saturating_sub(allocated_before),
        peak: most_resident().saturating_sub(before),
    };
    if limiter == 0 {
        let rival = Rival::<C>::wide();
        fill(&rival);
        weight(rival.0.len() as u64)
    } else {
        let strategy = Ours::STRATEGIES[limiter - 1];
        let storage = MemoryStorage::builder().max_keys(max_keys).build();
        let ours = Ours::new(strategy, storage, wide_quota(strategy, keys));
        fill(&ours);
        weight(ours.storage.stats().keys)
    }
}
