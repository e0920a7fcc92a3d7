//! Keyed hashes that stand for names and keys in memory.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

use foldhash::{SharedSeed, quality::SeedableRandomState};

/// foldhash under seeds of the operating system's, drawn once a process. An attacker who wants two inputs that
/// collide has to guess 128 bits: nothing that depends on the seeds is ever shown outside, not even in part.
///
/// `SipHash` would be safe even if hashes were shown, at the price of more than the rest of a hit.
static SECRET: LazyLock<SeedableRandomState> =
    LazyLock::new(|| SeedableRandomState::with_seed(random(), &SHARED));

/// What the hasher draws its multipliers from.
static SHARED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(random()));

/// Of the operating system's randomness, by way of the only door to it in the standard library.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// A hash to show instead of `bytes`: under another secret, and by `SipHash`, so that it tells nothing of the others.
pub(crate) fn shown(bytes: &[u8]) -> u64 {
    static SHOWN: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    SHOWN.hash_one(bytes)
}

/// The keyed hash of `bytes`.
#[inline]
pub(crate) fn of(bytes: &[u8]) -> u64 {
    let mut hasher = SECRET.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// The keyed hash of `bytes` of some kind: another one than that of the same bytes of another.
#[inline]
pub(crate) fn of_kind(kind: u8, bytes: &[u8]) -> u64 {
    let mut hasher = SECRET.build_hasher();
    hasher.write(bytes);
    hasher.write_u8(kind);
    hasher.finish()
}

/// The keyed hash of a number of some kind, for a kind that has no hashes of bytes. Taken from the number itself: read
/// back from the bytes it was just written to, it would have to wait for them.
#[inline]
pub(crate) fn of_number(kind: u8, number: u64) -> u64 {
    let mut hasher = SECRET.build_hasher();
    hasher.write_u64(number);
    hasher.write_u8(kind);
    hasher.finish()
}
