//! Who makes room when a shard is full.
//!
//! A full shard gives the place of an old counter to a new one. Losing a counter gives its client a
//! fresh start, so the one whose loss gives away least goes: see [`Rank`]. Looking at all of them
//! would stop the shard for milliseconds; a few dozen from a cursor that moves on do nearly as well.

use hashbrown::HashTable;

use super::entry::{Entry, Id, Standing};
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
    fn of(entry: &Entry, now: Timestamp) -> Self {
        match entry.standing() {
            _ if entry.is_expired(now) => Self::Expired,
            Standing::Refused(until) if until > now => Self::Refused(until),
            Standing::Exhausted(until) if until > now => Self::Exhausted(entry.expires_at()),
            Standing::Free(used) => Self::Free(used, entry.expires_at()),
            // Used up a moment ago: little has come back since.
            Standing::Refused(_) | Standing::Exhausted(_) => Self::Free(8, entry.expires_at()),
        }
    }

    fn can_go(self) -> bool {
        self < Self::Refused(Timestamp::from_nanos(0))
    }
}

/// The entry that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Victim {
    pub(super) bucket: usize,
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
    table: &HashTable<Entry>,
    cursor: &mut usize,
    now: Timestamp,
    in_use: impl Fn(Id) -> bool,
) -> Option<Victim> {
    let mut best: Option<Victim> = None;
    let mut seen = 0;
    for _ in 0..table.num_buckets() {
        let bucket = *cursor;
        *cursor = next(table, bucket);
        let Some(entry) = table.get_bucket(bucket) else { continue };
        let rank = if in_use(entry.id) { Rank::InUse(entry.expires_at()) } else { Rank::of(entry, now) };
        if best.is_none_or(|best| rank < best.rank) {
            best = Some(Victim { bucket, rank });
        }
        seen += 1;
        let enough = seen >= SAMPLE && best.is_some_and(|best| best.rank.can_go());
        if rank == Rank::Expired || enough || seen >= LONGEST_LOOK {
            break;
        }
    }
    best
}

/// The bucket after `bucket`, round and round.
pub(super) fn next(table: &HashTable<Entry>, bucket: usize) -> usize {
    let next = bucket + 1;
    if next < table.num_buckets() { next } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Acquisition, Key,
        storage::memory::testing::{policy, seconds},
    };

    /// A client of `2/minute` that came at second `start` with `hits`.
    fn client(table: &mut HashTable<Entry>, name: u64, start: u64, hits: u64) -> Id {
        let (policy, key, now) = (policy("2/minute"), Key::from(name), seconds(start));
        let hit = Acquisition { policy: &policy, key: &key, cost: 1 };
        let mut entry = Entry::new(&hit, now);
        for _ in 0..hits {
            let decision = entry.decide(&policy, 1, now);
            if decision.is_allowed() {
                entry.charge(&hit, &decision, now);
            } else {
                entry.note_refusal(&decision, now);
            }
        }
        let id = entry.id;
        table.insert_unique(id.hash(), entry, |entry| entry.id.hash());
        id
    }

    fn leaves(table: &HashTable<Entry>, now: u64, in_use: impl Fn(Id) -> bool) -> Option<Id> {
        let victim = choose(table, &mut 0, seconds(now), in_use)?;
        table.get_bucket(victim.bucket).map(|entry| entry.id)
    }

    #[test]
    fn ranks_go_in_order_and_the_earliest_first() {
        let mut table = HashTable::new();
        let refused = [client(&mut table, 1, 20, 3), client(&mut table, 2, 25, 3)];
        let exhausted = [client(&mut table, 3, 20, 2), client(&mut table, 4, 25, 2)];
        let free = [client(&mut table, 5, 20, 1), client(&mut table, 6, 25, 1)];
        let expired = client(&mut table, 7, 0, 3);

        let order = [expired, free[0], free[1], exhausted[0], exhausted[1], refused[0], refused[1]];
        for id in order {
            assert_eq!(leaves(&table, 60, |_| false), Some(id));
            table.find_entry(id.hash(), |entry| entry.id == id).expect("it was just seen").remove();
        }
        assert_eq!(leaves(&table, 60, |_| false), None);
    }

    #[test]
    fn what_the_request_counts_on_goes_last() {
        let mut table = HashTable::new();
        let (free, refused) = (client(&mut table, 1, 0, 1), client(&mut table, 2, 0, 3));
        assert_eq!(leaves(&table, 1, |id| id == free), Some(refused));
        assert!(leaves(&table, 1, |_| true).is_some(), "somebody goes in any case");
    }

    #[test]
    fn one_free_client_among_many_refused_is_found() {
        let mut table = HashTable::new();
        for name in 0..255 {
            client(&mut table, name, 0, 3);
        }
        let free = client(&mut table, 255, 0, 1);
        assert_eq!(leaves(&table, 1, |_| false), Some(free));
    }

    #[test]
    fn the_look_is_bounded_and_moves_on() {
        let mut table = HashTable::new();
        for name in 0..5_000 {
            client(&mut table, name, 0, 3);
        }
        let mut cursor = 0;
        choose(&table, &mut cursor, seconds(1), |_| false).expect("the table is full");
        assert!(cursor > LONGEST_LOOK && cursor < table.num_buckets() / 2, "looked up to {cursor}");
    }
}
