//! Keyed hashes that stand for names and keys in memory.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

use foldhash::{SharedSeed, quality::FoldHasher};

/// What foldhash draws from: seeds of the operating system's, drawn once a process. An attacker who wants two inputs
/// that collide has to guess 64 bits of them, and can't see whether the guess was right: nothing that depends on the
/// seeds is ever shown outside, not even in part.
///
/// `SipHash` would be safe even if hashes were shown, at the price of more than the rest of a hit.
static SECRET: LazyLock<Secret> =
    LazyLock::new(|| Secret { seed: random(), shared: SharedSeed::from_u64(random()) });

struct Secret {
    seed: u64,
    shared: SharedSeed,
}

/// Of the operating system's randomness, by way of the only door to it in the standard library.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// A hasher for inputs of some kind, and perhaps of some length, under a seed of their own: another one than that of
/// other kinds and lengths, by a difference that nobody knows. Lengths turn the seed, as foldhash itself has it.
#[inline]
fn hasher(kind: u8, length: u32) -> FoldHasher<'static> {
    let Secret { seed, shared } = &*SECRET;
    FoldHasher::with_seed(seed.wrapping_mul(2 * u64::from(kind) + 1).rotate_right(length), shared)
}

/// A hash to show instead of `bytes`: under another secret, and by `SipHash`, so that it tells nothing of the others.
pub(crate) fn shown(bytes: &[u8]) -> u64 {
    static SHOWN: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    SHOWN.hash_one(bytes)
}

/// The keyed hash of `bytes`.
#[inline]
pub(crate) fn of(bytes: &[u8]) -> u64 {
    of_kind(0, bytes)
}

/// The keyed hash of `bytes` of some kind: another one than that of the same bytes of another.
#[inline]
pub(crate) fn of_kind(kind: u8, bytes: &[u8]) -> u64 {
    // Addresses and names in text are mostly that long. It is done in place then, and by a call otherwise.
    if bytes.len() > 16
        && bytes.len() <= 32
        && let (Some(head), Some(tail)) = (bytes.first_chunk(), bytes.last_chunk())
    {
        #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
        let mut hasher = hasher(kind, bytes.len() as u32);
        hasher.write_u128(u128::from_le_bytes(*head));
        hasher.write_u128(u128::from_le_bytes(*tail));
        return hasher.finish();
    }
    of_any_length(kind, bytes)
}

#[inline(never)]
fn of_any_length(kind: u8, bytes: &[u8]) -> u64 {
    let mut hasher = hasher(kind, 0);
    hasher.write(bytes);
    hasher.finish()
}

/// The keyed hash of a number of some kind, for a kind that has no hashes of bytes. Taken from the number itself: read
/// back from the bytes it was just written to, it would have to wait for them.
#[inline]
pub(crate) fn of_number(kind: u8, number: u64) -> u64 {
    let mut hasher = hasher(kind, 0);
    hasher.write_u64(number);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_lengths_make_other_hashes() {
        let hashes = [
            of(b""),
            of(b"\0"),
            of(b"\0\0"),
            of(b"1"),
            of(&[0; 16]),
            of(&[0; 17]),
            of(&[0; 18]),
            of(&[0; 32]),
            of(&[0; 33]),
            of_kind(1, &[0; 17]),
            of_kind(1, b"1"),
            of_kind(2, b"1"),
            of_number(1, 1),
            of_number(2, 1),
        ];
        for (index, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..index].contains(hash), "{index}");
        }
        assert_eq!(of_kind(1, b"1"), of_kind(1, b"1"));
    }
}
