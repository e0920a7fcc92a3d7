//! What a run has shown: a row of the table, and what must hold whatever the fault.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ratelimit_actix::{OnError, StorageHealth};

use crate::{
    traffic::{AMOUNT, Allowance, CLIENTS, Sent},
    watch::Seen,
};

/// The limiter's default.
const DEADLINE: Duration = Duration::from_millis(250);

/// What a busy machine may add to a request's wait.
const SLACK: Duration = Duration::from_secs(2);

/// The report of a run that is not to be an outage. Where the machine's own standing still has been one, it is made
/// again.
pub(crate) fn undisturbed(run: impl Fn() -> Report) -> Report {
    let mut reports = (0..5).map(|_| run());
    let calm = |report: &Report| report.outages() == 0 || !report.is_disturbed();
    reports.find(calm).expect("a machine that runs for some seconds in five attempts")
}

/// All that was seen in a run.
#[derive(Debug)]
pub(crate) struct Report {
    /// Where, and what.
    pub(crate) fault: (&'static str, &'static str),
    pub(crate) on_error: OnError,
    pub(crate) sent: Vec<Sent>,
    pub(crate) seen: Seen,
    pub(crate) health: StorageHealth,
    pub(crate) log: Vec<String>,
    pub(crate) healed: Option<Instant>,
    /// When the server lost its data.
    pub(crate) lost: Vec<Instant>,
}

impl Report {
    /// How many requests got no answer.
    fn unanswered(&self) -> usize {
        self.sent.iter().filter(|sent| sent.answer.is_err()).count()
    }

    pub(crate) fn longest_wait(&self) -> Duration {
        self.sent.iter().map(|sent| sent.took).max().unwrap_or_default()
    }

    /// Requests answered 503.
    pub(crate) fn turned_away(&self) -> usize {
        self.sent.iter().filter(|sent| sent.answer == Ok(503)).count()
    }

    /// How often the storage was seen to begin failing.
    pub(crate) fn outages(&self) -> u64 {
        self.health.outages()
    }

    /// How long the storage was failing after the fault was over; `None` if it never failed.
    pub(crate) fn recovery(&self) -> Option<Duration> {
        let (healed, (_, ended)) = (self.healed?, self.seen.outages.last()?);
        Some((*ended)?.saturating_duration_since(healed))
    }

    /// Requests admitted that no storage should have: more than the amount by the server, and once more by memory if
    /// it was asked meanwhile.
    pub(crate) fn wrongly_admitted(&self) -> usize {
        if self.on_error == OnError::Open {
            return self.keys().filter(|key| !key.met_outage).map(Key::surplus).sum();
        }
        let stated = |key: &Key| AMOUNT * (1 + usize::from(key.met_outage) + key.losses);
        self.keys().map(|key| key.admitted.saturating_sub(stated(&key))).sum()
    }

    /// Requests admitted beyond what one healthy server would have: the price of the fault.
    pub(crate) fn beyond_amount(&self) -> usize {
        self.keys().map(Key::surplus).sum()
    }

    /// Requests refused although they had something left.
    pub(crate) fn wrongly_refused(&self) -> usize {
        let is_wrong = |sent: &&Sent| {
            let refused = matches!(sent.answer, Ok(status) if status != 200 && status != 503);
            let unavailable = sent.answer == Ok(503) && self.on_error != OnError::Closed;
            (refused && sent.allowance == Allowance::Wide) || unavailable
        };
        self.sent.iter().filter(is_wrong).count() + self.keys().map(Key::shortage).sum::<usize>()
    }

    /// Requests of old keys that were admitted after `from`.
    fn old_admitted_after(&self, from: Instant) -> usize {
        let late = self.sent.iter().filter(|sent| sent.allowance == Allowance::Old && sent.at > from);
        late.filter(|sent| sent.answer == Ok(200)).count()
    }

    /// Nothing was admitted of what had been used up before the fault, now that the storage is back.
    #[track_caller]
    pub(crate) fn counts_have_held(&self) {
        let back = self.seen.outages.last().and_then(|(_, ended)| *ended);
        let from = back.or(self.healed).expect("a fault that is over");
        assert_eq!(self.old_admitted_after(from), 0, "{:?}", self.fault);
        let looked = |sent: &&Sent| sent.allowance == Allowance::Old && sent.at > from;
        assert!(self.sent.iter().any(|sent| looked(&sent)), "nobody looked");
    }

    /// The fault was an outage, and one only; unless the machine has stood still, which is another.
    #[track_caller]
    pub(crate) fn was_one_outage(&self) {
        let outages = self.outages();
        assert!(outages == 1 || outages > 1 && self.is_disturbed(), "{:?}: {:#?}", self.fault, self.log);
    }

    /// The fault was no outage, and cost nobody anything.
    #[track_caller]
    pub(crate) fn was_unnoticed(&self) {
        self.was_no_outage();
        assert_eq!(self.wrongly_refused(), 0, "{:?}", self.fault);
    }

    /// The fault was no outage. A request whose connection ended has been asked once more, and may have been counted
    /// twice.
    #[track_caller]
    pub(crate) fn was_no_outage(&self) {
        assert_eq!(self.outages(), 0, "{:?}: {:#?}", self.fault, self.log);
        assert_eq!(self.beyond_amount(), 0, "{:?}", self.fault);
        assert!(self.wrongly_refused() <= 20 * CLIENTS, "{:?}: {}", self.fault, self.wrongly_refused());
        self.counts_have_held();
    }

    /// Whether the machine has stood still, which looks to the limiter like a storage that does.
    fn is_disturbed(&self) -> bool {
        self.seen.stall > DEADLINE / 4
    }

    /// What holds whatever the fault.
    #[track_caller]
    pub(crate) fn check(&self) {
        let unanswered: Vec<_> = self.sent.iter().filter(|sent| sent.answer.is_err()).take(3).collect();
        assert!(unanswered.is_empty(), "{:?}: {unanswered:#?}", self.fault);
        let bound = DEADLINE + SLACK + self.seen.stall;
        assert!(self.longest_wait() < bound, "{:?}: {:?}", self.fault, self.longest_wait());
        assert_eq!(self.wrongly_admitted(), 0, "{:?}: {:#?}", self.fault, self.keys().collect::<Vec<_>>());
        let panics: Vec<_> = self.log.iter().filter(|line| line.starts_with("PANIC")).collect();
        assert!(panics.is_empty(), "{:?}: {panics:#?}", self.fault);
        self.check_switches();
    }

    /// Each switch is logged once.
    #[track_caller]
    fn check_switches(&self) {
        let lines = |part: &str| self.log.iter().filter(|line| line.contains(part)).count() as u64;
        let ended = self.outages() - u64::from(self.health.is_failing());
        assert_eq!(lines("the storage fails ("), self.outages(), "{:?}: {:#?}", self.fault, self.log);
        assert_eq!(lines("the storage answers again after"), ended, "{:?}: {:#?}", self.fault, self.log);
    }

    /// What became of each narrow key.
    fn keys(&self) -> impl Iterator<Item = Key> {
        let mut keys: HashMap<_, Vec<&Sent>> = HashMap::new();
        for sent in self.sent.iter().filter(|sent| sent.allowance != Allowance::Wide) {
            keys.entry((sent.client, sent.allowance)).or_default().push(sent);
        }
        keys.into_values().map(|sent| Key::of(self, &sent))
    }

    /// Adds the row to the table.
    #[expect(clippy::print_stdout, reason = "for who runs it with --nocapture")]
    pub(crate) fn note(&self) {
        println!("{}", self.row());
        let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
        rows.insert(format!("{:?} {:?}", self.fault, self.on_error), self.row());
        let mut table = HEAD.to_owned();
        for row in rows.values() {
            table.push_str(row);
            table.push('\n');
        }
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
        fs::write(target.join("faults.md"), table).expect("the target folder is ours");
    }

    fn row(&self) -> String {
        let ((place, what), sent) = (self.fault, self.sent.len());
        let mut row = format!("| {place} | {what} | {:?} | {sent}", self.on_error);
        let mut cell = |text: String| write!(row, " | {text}").expect("a string takes all");
        cell((sent - self.unanswered()).to_string());
        cell(format!("{} ms", self.longest_wait().as_millis()));
        cell(self.wrongly_admitted().to_string());
        cell(self.beyond_amount().to_string());
        cell(self.wrongly_refused().to_string());
        cell(self.turned_away().to_string());
        cell(self.outages().to_string());
        cell(match (self.recovery(), self.health.is_failing()) {
            (_, true) => "still away".to_owned(),
            (Some(time), _) => format!("{} ms", time.as_millis()),
            (None, _) if self.outages() == 0 => "unnoticed".to_owned(),
            (None, _) => "during it".to_owned(),
        });
        row + " |"
    }
}

const HEAD: &str = "\
| where | fault | on_error | sent | answered | longest wait | wrongly admitted | beyond the amount, as stated | \
wrongly refused | 503 | outages | time to recover |
|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

/// By what they begin with.
static ROWS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// What became of one narrow key's requests.
#[derive(Clone, Copy, Debug, Default)]
struct Key {
    admitted: usize,
    /// Some of them came while the storage failed.
    met_outage: bool,
    /// How often the server has lost its data while the key was in use.
    losses: usize,
    refused: usize,
}

impl Key {
    fn of(report: &Report, sent: &[&Sent]) -> Self {
        let mut key = Self::default();
        for sent in sent {
            match sent.answer {
                Ok(200) => key.admitted += 1,
                Ok(429) => key.refused += 1,
                _ => {}
            }
        }
        let (Some(first), Some(last)) = (sent.first(), sent.last()) else { return key };
        let (first, last) = (first.at, last.at + last.took);
        key.met_outage = report.seen.was_failing(first, last);
        key.losses = report.lost.iter().filter(|lost| first <= **lost && **lost <= last).count();
        key
    }

    /// How many were refused that might have passed.
    fn shortage(self) -> usize {
        AMOUNT.saturating_sub(self.admitted).min(self.refused)
    }

    fn surplus(self) -> usize {
        self.admitted.saturating_sub(AMOUNT)
    }
}
