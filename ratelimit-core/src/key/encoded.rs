//! The bytes of a key.

use smallvec::SmallVec;

/// Long enough for an address or a UUID in text without an allocation.
const INLINE: usize = 40;

/// One tag byte, then what the tag says.
pub(super) type Encoded = SmallVec<[u8; INLINE]>;

/// The tag and after it the value.
#[inline]
pub(super) fn text(tag: u8, value: &[u8]) -> Encoded {
    if value.len() >= INLINE {
        return long(tag, value);
    }
    // Written into place rather than appended to, which would look for room twice.
    let mut bytes = [0; INLINE];
    let length = 1 + value.len();
    if let (16..=31, Some(head), Some(tail)) = (value.len(), value.first_chunk(), value.last_chunk()) {
        // Names and addresses are mostly that long. Two stores that overlap take less than a call for any length; and the
        // first begins with the tag, because a byte apart makes the compiler move what it is in byte by byte.
        bytes[..16].copy_from_slice(&(u128::from_le_bytes(*head) << 8 | u128::from(tag)).to_le_bytes());
        bytes[length - 16..length].copy_from_slice(tail as &[u8; 16]);
    } else {
        bytes[0] = tag;
        bytes[1..length].copy_from_slice(value);
    }
    Encoded::from_buf_and_len(bytes, length)
}

#[cold]
fn long(tag: u8, value: &[u8]) -> Encoded {
    Encoded::from_vec([&[tag], value].concat())
}

/// The same for a value of known size.
#[inline]
pub(super) fn number<const N: usize, const ENCODED: usize>(tag: u8, value: [u8; N]) -> Encoded {
    const { assert!(ENCODED == N + 1 && ENCODED <= INLINE) };
    let mut bytes = [tag; ENCODED];
    bytes[1..].copy_from_slice(&value);
    Encoded::from_slice(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lengths_come_back() {
        let text: Vec<u8> = (1..=200).collect();
        for length in 0..text.len() {
            let encoded = super::text(7, &text[..length]);
            assert_eq!(encoded[0], 7);
            assert_eq!(encoded[1..], text[..length]);
            assert_eq!(encoded.spilled(), length >= INLINE);
        }
    }
}
