//! Keyed hashes that stand for names and keys in memory.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

/// SipHash-1-3 under a secret drawn once a process: nobody outside can find two inputs that collide.
static SECRET: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// The keyed hash of `bytes`.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    let mut hasher = SECRET.build_hasher();
    hasher.write(bytes);
    hasher.finish()
}
