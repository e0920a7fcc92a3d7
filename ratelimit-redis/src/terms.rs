//! What the scripts are told of a charge: the numbers by which they decide, and by which they give back.
//!
//! All multiplying and dividing is done here, in 128 bits. The scripts add and compare, which numbers in
//! Lua do exactly up to 2⁵³: a moment is whole microseconds, what the server's clock tells.

use ratelimit_core::{Limit, Quota, Receipt, Strategy};

/// The greatest whole number that Lua tells from its neighbours is 2⁵³; fractions stay below a half of it.
const GREATEST_SCALE: u64 = 1 << 52;

/// More than any count, so that nothing in use makes a cost of 0 not fit.
const UNBOUNDED: i64 = 1 << 33;

/// The letter by which the scripts know a strategy; `None` for one that they don't: no function here or in
/// `reply` is asked about it then, which is what their catch-all arms rely on.
pub(crate) const fn letter(strategy: Strategy) -> Option<u8> {
    match strategy {
        Strategy::FixedWindow => Some(b'f'),
        Strategy::SlidingWindow => Some(b's'),
        Strategy::MovingWindow => Some(b'm'),
        Strategy::TokenBucket => Some(b'b'),
        _ => None,
    }
}

/// The quota as the scripts count it: its window in whole microseconds, rounded up. No event is younger
/// than the rounded window and not younger than the true one, as events are at whole microseconds.
/// Buckets have no window that anything leaves.
pub(crate) fn rounded(quota: &Quota) -> Quota {
    let window = quota.limit().window_nanos();
    if quota.strategy() == Strategy::TokenBucket || window.is_multiple_of(1_000) {
        return *quota;
    }
    let window = std::time::Duration::from_nanos(window.next_multiple_of(1_000));
    // Only the very longest window could be too long now.
    Limit::new(quota.limit().amount(), window).map_or(*quota, |limit| Quota::new(limit, quota.strategy()))
}

/// Appends what `acquire` is told of a charge of `cost`.
pub(crate) fn push_charge(out: &mut Vec<u8>, quota: &Quota, cost: u64) {
    out.extend(window_micros(quota).to_be_bytes());
    if quota.strategy() == Strategy::TokenBucket {
        push_bucket_charge(out, quota, cost);
        return;
    }
    let amount = quota.limit().amount();
    push_spare(out, amount, cost);
    out.extend(cost.to_be_bytes());
    out.extend(amount.saturating_sub(1).to_be_bytes());
}

/// A counter's name among those that share a key: its strategy's letter and its window.
pub(crate) fn name(letter: u8, quota: &Quota) -> [u8; 8] {
    let mut name = window_micros(quota).to_be_bytes(); // the longest window has 53 bits
    name[0] = letter;
    name
}

/// What a counter looks like, as a format of `struct.pack`.
pub(crate) const fn format(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::FixedWindow => "I8I4I4",
        Strategy::SlidingWindow => "I8I4I4I4I4",
        Strategy::TokenBucket => "I8I8",
        _ => "", // a moving window, whose key is a list
    }
}

/// How long a counter says anything after a charge at most, and a millisecond: the server's expiry must
/// not be ahead of the scripts' own. A bucket is given twice that, so that not every charge has to make
/// its key live longer.
pub(crate) fn lives_millis(quota: &Quota) -> u64 {
    let micros = match quota.strategy() {
        Strategy::TokenBucket => filling_micros(quota).saturating_mul(2),
        Strategy::SlidingWindow => window_micros(quota).saturating_mul(2),
        _ => window_micros(quota), // fixed and moving windows
    };
    micros.div_ceil(1_000) + 1
}

/// Appends what `refund.lua` is told of a charge, but for where it is; `false` if there is nothing that could
/// be given back.
pub(crate) fn push_refund(out: &mut Vec<u8>, quota: &Quota, cost: u64, receipt: Receipt) -> bool {
    let charged_at = receipt.charged_at.as_nanos() / 1_000;
    let full_at = receipt.full_at.as_nanos();
    if cost == 0 || quota.limit().amount() == 0 || receipt.charged_at >= receipt.full_at {
        return false;
    }
    match quota.strategy() {
        Strategy::FixedWindow => out.extend(full_at.div_ceil(1_000).to_be_bytes()),
        Strategy::SlidingWindow => out.extend(charged_at.to_be_bytes()),
        Strategy::TokenBucket => {
            let scale = scale(quota);
            out.extend(scale.to_be_bytes());
            let full = Moment { micros: full_at / 1_000, part: part_of_nanos(quota, full_at % 1_000) };
            full.push(out);
            Moment::ahead(quota, cost.min(quota.capacity()), Rounding::Up).push(out);
            return true;
        }
        // A moving window: the entry is known by when it leaves.
        _ => out.extend((charged_at + window_micros(quota)).to_be_bytes()),
    }
    out.extend(cost.to_be_bytes());
    true
}

/// `amount - cost` as the scripts take it.
fn push_spare(out: &mut Vec<u8>, amount: u64, cost: u64) {
    let (high, low) = match (amount, amount.checked_sub(cost)) {
        (0, _) | (_, None) => (-1, 0),
        _ if cost == 0 => (UNBOUNDED, 0),
        (_, Some(spare)) => ((spare >> 32).cast_signed(), spare & u64::from(u32::MAX)),
    };
    out.extend(high.to_be_bytes());
    out.extend(&low.to_be_bytes()[4..]);
}

fn push_bucket_charge(out: &mut Vec<u8>, quota: &Quota, cost: u64) {
    let capacity = quota.capacity();
    out.extend(scale(quota).to_be_bytes());
    match (capacity, capacity.checked_sub(cost)) {
        (0, _) | (_, None) => {
            out.extend((-1_i64).to_be_bytes());
            out.extend([0; 24]);
        }
        _ if cost == 0 => {
            out.extend((1_i64 << 53).to_be_bytes());
            out.extend([0; 24]);
        }
        (_, Some(spare)) => {
            Moment::ahead(quota, spare, Rounding::Down).push(out);
            Moment::ahead(quota, cost, Rounding::Up).push(out);
        }
    }
}

/// How many microseconds an empty bucket takes to fill, rounded up.
fn filling_micros(quota: &Quota) -> u64 {
    match quota.capacity() {
        0 => 0,
        capacity => {
            let filling = Moment::ahead(quota, capacity, Rounding::Up);
            filling.micros + u64::from(filling.part > 0)
        }
    }
}

fn window_micros(quota: &Quota) -> u64 {
    quota.limit().window_nanos().div_ceil(1_000)
}

/// Into how many parts the scripts split a microsecond of a bucket: as many as make every token a whole
/// number of them, if Lua can count so many.
pub(crate) fn scale(quota: &Quota) -> u64 {
    exact_scale(quota).try_into().unwrap_or(u64::MAX).min(GREATEST_SCALE)
}

fn exact_scale(quota: &Quota) -> u128 {
    u128::from(quota.limit().amount().max(1)) * 1_000
}

/// Nanoseconds, less than a microsecond, in parts of one.
fn part_of_nanos(quota: &Quota, nanos: u64) -> u64 {
    u64::try_from(u128::from(nanos) * u128::from(scale(quota)) / 1_000).unwrap_or(u64::MAX) // below the scale
}

/// Parts of a microsecond as nanoseconds and what is left of one, in `1 / amount`.
pub(crate) fn nanos_of_part(quota: &Quota, part: u64) -> (u64, u64) {
    let amount = u128::from(quota.limit().amount().max(1));
    let units = u128::from(part) * exact_scale(quota) / u128::from(scale(quota));
    let fits = |units: u128| u64::try_from(units).unwrap_or(u64::MAX); // below 1000 and the amount
    (fits(units / amount), fits(units % amount))
}

/// Where the parts of a microsecond are coarser than the amount's.
#[derive(Clone, Copy)]
enum Rounding {
    Up,
    Down,
}

/// A time that a bucket takes, in microseconds and parts of one.
struct Moment {
    micros: u64,
    part: u64,
}

impl Moment {
    /// How long `tokens` take to flow back.
    fn ahead(quota: &Quota, tokens: u64, rounding: Rounding) -> Self {
        let units = u128::from(tokens) * u128::from(quota.limit().window_nanos());
        let (exact, scale) = (exact_scale(quota), u128::from(scale(quota)));
        let rest = units % exact * scale;
        let part = match rounding {
            Rounding::Up => rest.div_ceil(exact),
            Rounding::Down => rest / exact,
        };
        let micros = units / exact + part / scale;
        let fits = |number: u128| u64::try_from(number).unwrap_or(u64::MAX); // at most 146 years
        Self { micros: fits(micros), part: fits(part % scale) }
    }

    fn push(&self, out: &mut Vec<u8>) {
        out.extend(self.micros.to_be_bytes());
        out.extend(self.part.to_be_bytes());
    }
}
