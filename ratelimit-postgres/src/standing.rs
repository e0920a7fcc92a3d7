//! What the server answers: how each counter stood.

use ratelimit_core::{
    Acquisition, Decision, Decisions, StorageError, Strategy, Timestamp,
    strategy::{FixedWindow, MovingWindow, SlidingWindow, State, TokenBucket},
};
use tokio_postgres::Row;

use crate::numeric::Numeric;

/// A counter before the call, at its own time, as the server's functions describe it.
struct Standing {
    passes: bool,
    moment: Timestamp,
    at: Numeric,
    units: Numeric,
    more: Numeric,
    first: Option<Numeric>,
    second: Option<Numeric>,
}

/// What comes of a batch that met these counters.
///
/// The server has decided who passes, since only it could; all that is told about it comes from the core's own
/// strategies, by the same numbers. Both have to agree, or the server's functions are not those of this crate.
pub(crate) fn decide(batch: &[Acquisition<'_>], rows: &[Row]) -> Result<Decisions, StorageError> {
    if rows.len() != batch.len() {
        return Err(misfit());
    }
    let standings = rows.iter().map(Standing::read).collect::<Result<Vec<_>, _>>();
    let standings = standings.map_err(|error| misfit().with_source(error))?;
    let all = standings.iter().all(|standing| standing.passes);
    batch.iter().zip(&standings).map(|(hit, standing)| standing.decide(hit, all)).collect()
}

fn misfit() -> StorageError {
    StorageError::permanent(
        "the functions in the schema `ratelimit_v1` are not those that this version of ratelimit-postgres installs",
    )
}

impl Standing {
    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            passes: row.try_get("passes")?,
            moment: row.try_get::<_, Numeric>("moment")?.moment(),
            at: row.try_get("at")?,
            units: row.try_get("units")?,
            more: row.try_get("more")?,
            first: row.try_get("first")?,
            second: row.try_get("second")?,
        })
    }

    /// What the limit says. If another one refuses, what it would say with nothing taken.
    fn decide(&self, hit: &Acquisition<'_>, all_pass: bool) -> Result<Decision, StorageError> {
        let state = self.state(hit).ok_or_else(misfit)?;
        let cost = if self.passes && !all_pass { 0 } else { hit.cost };
        let decision = state.decide(hit.policy.quota(), cost, self.moment);
        if decision.is_allowed() == self.passes { Ok(decision) } else { Err(misfit()) }
    }

    fn state(&self, hit: &Acquisition<'_>) -> Option<State> {
        let (at, units) = (self.at.moment(), self.units.saturating());
        Some(match hit.policy.quota().strategy() {
            Strategy::FixedWindow => State::FixedWindow(FixedWindow::new(at, units)),
            Strategy::SlidingWindow => {
                State::SlidingWindow(SlidingWindow::new(at, units, self.more.saturating()))
            }
            Strategy::MovingWindow => State::MovingWindow(self.log(hit)),
            Strategy::TokenBucket => State::TokenBucket(TokenBucket::new(at, units)),
            _ => return None,
        })
    }

    /// A log of at most three entries that answers as the whole would: how much is in it, when the units came in
    /// that have to leave before more is free and before the cost is, and when the newest did.
    fn log(&self, hit: &Acquisition<'_>) -> MovingWindow {
        let used = self.units.minus(self.more).saturating();
        let amount = hit.policy.quota().limit().amount();
        let spare = amount.saturating_sub(hit.cost);
        let marks = [
            (self.first, used.saturating_sub(amount).saturating_add(1)),
            (self.second, used.saturating_sub(spare)),
            (Some(self.at), used),
        ];
        let mut before = 0;
        let entries = marks.into_iter().filter_map(|(at, unit)| {
            let units = unit.min(used).saturating_sub(before);
            before += at.map_or(0, |_| units);
            Some((at?.moment(), units))
        });
        entries.collect()
    }
}
