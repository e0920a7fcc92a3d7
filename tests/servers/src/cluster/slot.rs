//! Which slot a key lies in.

/// How many slots a cluster has.
pub const SLOTS: u16 = 16_384;

/// The slot of `key`: CRC-16 of what stands between the first `{` and the next `}`, or of all of it.
///
/// ```
/// use ratelimit_test_servers::slot_of;
///
/// assert_eq!(slot_of("foo"), 12_182);
/// assert_eq!(slot_of("{user}:1"), slot_of("{user}:2"));
/// ```
pub fn slot_of(key: impl AsRef<[u8]>) -> u16 {
    crc16(tag_of(key.as_ref())) % SLOTS
}

fn tag_of(key: &[u8]) -> &[u8] {
    let tag = || {
        let start = key.iter().position(|byte| *byte == b'{')? + 1;
        let length = key[start..].iter().position(|byte| *byte == b'}')?;
        (length > 0).then(|| &key[start..start + length])
    };
    tag().unwrap_or(key)
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}
