//! Who makes room when a shard is full.
//!
//! A full shard gives the place of an old counter to a new one. Losing a counter gives its client a
//! fresh start, so the one whose loss gives away least goes: see [`Rank`]. Looking at all of them
//! would take some 20 µs for each newcomer of a flood; a few dozen from a cursor that moves on do nearly as well.

use super::{id::Id, slot::Slot, standing::Standing, table::Table};
use crate::Timestamp;

/// How many entries are looked at when one of them can go.
const SAMPLE: usize = 16;

/// How many are looked at while all of them are being refused. A shard of no more than this never
/// loses a refused client while another can go.
const LONGEST_LOOK: usize = 256;

/// Who goes first, and within a rank the earliest moment first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Nothing is lost.
    Expired,
    /// Some allowance is left; so many eighths of it, which starting anew would give back, are used.
    Free(u8, Timestamp),
    /// Nothing is left, but the client has not asked for more.
    Exhausted(Timestamp),
    /// The client is being refused: it would get in by flooding the table.
    Refused(Timestamp),
    /// The request at hand counts on it.
    InUse(Timestamp),
}

impl Rank {
    fn of(slot: &Slot, now: Timestamp) -> Self {
        match slot.standing() {
            _ if slot.is_expired(now) => Self::Expired,
            Standing::Refused(until) if until > now => Self::Refused(until),
            Standing::Exhausted(until) if until > now => Self::Exhausted(slot.expires_at()),
            Standing::Free(used) => Self::Free(used, slot.expires_at()),
            // Used up a moment ago: little has come back since.
            Standing::Refused(_) | Standing::Exhausted(_) => Self::Free(8, slot.expires_at()),
        }
    }

    fn can_go(self) -> bool {
        self < Self::Refused(Timestamp::from_nanos(0))
    }
}

/// The entry that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Victim {
    pub(super) position: usize,
    rank: Rank,
}

impl Victim {
    /// Whether its client keeps nothing it should not have.
    pub(super) fn was_expired(&self) -> bool {
        self.rank == Rank::Expired
    }

    /// Whether a client that is being refused starts anew.
    pub(super) fn was_refused(&self) -> bool {
        matches!(self.rank, Rank::Refused(_))
    }
}

/// Chooses who goes, from the cursor on; `None` only when the table is empty.
pub(super) fn choose(
    table: &Table,
    cursor: &mut usize,
    now: Timestamp,
    in_use: impl Fn(Id) -> bool,
) -> Option<Victim> {
    let mut best: Option<Victim> = None;
    let mut seen = 0;
    for _ in 0..table.positions() {
        let position = *cursor;
        *cursor = next(table, position);
        let Some(slot) = table.get(position) else { continue };
        let rank = if in_use(slot.id()) { Rank::InUse(slot.expires_at()) } else { Rank::of(slot, now) };
        if best.is_none_or(|best| rank < best.rank) {
            best = Some(Victim { position, rank });
        }
        seen += 1;
        let enough = seen >= SAMPLE && best.is_some_and(|best| best.rank.can_go());
        if rank == Rank::Expired || enough || seen >= LONGEST_LOOK {
            break;
        }
    }
    best
}

/// The position after `position`, round and round.
pub(super) fn next(table: &Table, position: usize) -> usize {
    let next = position + 1;
    if next < table.positions() { next } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Acquisition, Key,
        storage::memory::{
            shard::Shard,
            testing::{policy, seconds},
        },
    };

    /// A client of `2/minute` that came at second `start` with `hits`.
    fn client(shard: &mut Shard, name: u64, start: u64, hits: u64) -> Id {
        let (policy, key, now) = (policy("2/minute"), Key::from(name), seconds(start));
        for _ in 0..hits {
            let _ = shard.acquire(&Acquisition { policy: &policy, key: &key, cost: 1 }, now);
        }
        Id::new(&policy, &key)
    }

    fn leaves(shard: &Shard, now: u64, in_use: impl Fn(Id) -> bool) -> Option<Id> {
        let victim = choose(shard.table(), &mut 0, seconds(now), in_use)?;
        shard.table().get(victim.position).map(Slot::id)
    }

    #[test]
    fn ranks_go_in_order_and_the_earliest_first() {
        let mut shard = Shard::new(10_000);
        let refused = [client(&mut shard, 1, 20, 3), client(&mut shard, 2, 25, 3)];
        let exhausted = [client(&mut shard, 3, 20, 2), client(&mut shard, 4, 25, 2)];
        let free = [client(&mut shard, 5, 20, 1), client(&mut shard, 6, 25, 1)];
        let expired = client(&mut shard, 7, 0, 3);

        let order = [expired, free[0], free[1], exhausted[0], exhausted[1], refused[0], refused[1]];
        for id in order {
            assert_eq!(leaves(&shard, 60, |_| false), Some(id));
            shard.forget(id, seconds(0));
        }
        assert_eq!(leaves(&shard, 60, |_| false), None);
    }

    #[test]
    fn what_the_request_counts_on_goes_last() {
        let mut shard = Shard::new(10_000);
        let (free, refused) = (client(&mut shard, 1, 0, 1), client(&mut shard, 2, 0, 3));
        assert_eq!(leaves(&shard, 1, |id| id == free), Some(refused));
        assert!(leaves(&shard, 1, |_| true).is_some(), "somebody goes in any case");
    }

    #[test]
    fn one_free_client_among_many_refused_is_found() {
        let mut shard = Shard::new(10_000);
        for name in 0..255 {
            client(&mut shard, name, 0, 3);
        }
        let free = client(&mut shard, 255, 0, 1);
        assert_eq!(leaves(&shard, 1, |_| false), Some(free));
    }

    #[test]
    fn the_look_is_bounded_and_moves_on() {
        let mut shard = Shard::new(10_000);
        for name in 0..5_000 {
            client(&mut shard, name, 0, 3);
        }
        let mut cursor = 0;
        choose(shard.table(), &mut cursor, seconds(1), |_| false).expect("the table is full");
        assert!(cursor > LONGEST_LOOK && cursor < shard.table().positions() / 2, "looked up to {cursor}");
    }
}
