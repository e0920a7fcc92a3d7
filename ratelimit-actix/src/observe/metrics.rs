//! Metrics, told to whatever recorder the app has installed.
//!
//! A recorder may come after the limiter, and tests have one each, so nothing is kept of a recorder between
//! two events. What is kept are the keys of time series: with them an event allocates and hashes nothing, and
//! without a recorder it is a call that does nothing.

use std::{cell::OnceCell, time::Duration};

use metrics::{Key, Label, Level, Metadata, Unit, with_recorder};
use parking_lot::Mutex;

use super::{Answered, Operation, Outcome};
use crate::{Tier, Verdict};

const DECISIONS: &str = "ratelimit_decisions_total";
const REQUESTS: &str = "ratelimit_requests_total";
const STORAGE_SECONDS: &str = "ratelimit_storage_seconds";
const STORAGE_FAILURES: &str = "ratelimit_storage_failures_total";
const STORAGE_OUTAGES: &str = "ratelimit_storage_outages_total";
const STORAGE_FAILING: &str = "ratelimit_storage_failing";
const REQUESTS_WITHOUT_STORAGE: &str = "ratelimit_requests_without_storage_total";
const LOST_REFUNDS: &str = "ratelimit_lost_refunds_total";

static METADATA: Metadata<'static> = Metadata::new("ratelimit", Level::INFO, Some(module_path!()));

/// The key of a time series that is known to the compiler.
macro_rules! key {
    ($name:expr) => {{
        static KEY: Key = Key::from_static_name($name);
        &KEY
    }};
    ($name:expr, $label:literal = $value:literal) => {{
        static LABELS: [Label; 1] = [Label::from_static_parts($label, $value)];
        static KEY: Key = Key::from_static_parts($name, &LABELS);
        &KEY
    }};
}

/// The keys of one limit's decisions, each made when first needed.
#[derive(Debug, Default)]
pub(crate) struct DecisionKeys([OnceCell<Key>; 3]);

impl DecisionKeys {
    fn of(&self, outcome: Outcome, policy: &str, tier: Tier) -> &Key {
        self.0[outcome as usize].get_or_init(|| {
            let labels = vec![
                Label::new("policy", policy.to_owned()),
                Label::from_static_parts("tier", tier.name()),
                Label::from_static_parts("outcome", outcome.name()),
            ];
            Key::from_parts(DECISIONS, labels)
        })
    }
}

pub(super) fn decided(verdict: &Verdict, outcome: Outcome) {
    let charge = verdict.charge();
    count(charge.decision_keys().of(outcome, charge.label(), verdict.tier()), 1);
}

pub(super) fn answered(answered: Answered) {
    let key = match answered {
        Answered::Allowed => key!(REQUESTS, "outcome" = "allowed"),
        Answered::Refused => key!(REQUESTS, "outcome" = "refused"),
        Answered::Unavailable => key!(REQUESTS, "outcome" = "unavailable"),
        Answered::Filtered => key!(REQUESTS, "outcome" = "filtered"),
    };
    count(key, 1);
}

pub(super) fn call_took(operation: Operation, time: Duration) {
    let key = match operation {
        Operation::Acquire => key!(STORAGE_SECONDS, "operation" = "acquire"),
        Operation::Peek => key!(STORAGE_SECONDS, "operation" = "peek"),
        Operation::Refund => key!(STORAGE_SECONDS, "operation" = "refund"),
        Operation::Reset => key!(STORAGE_SECONDS, "operation" = "reset"),
    };
    with_recorder(|recorder| recorder.register_histogram(key, &METADATA).record(time.as_secs_f64()));
}

pub(super) fn call_failed() {
    count(key!(STORAGE_FAILURES), 1);
}

pub(super) fn outage_begins() {
    count(key!(STORAGE_OUTAGES), 1);
    change_failing(1);
}

pub(super) fn outage_ends() {
    change_failing(-1);
}

pub(super) fn request_without_storage() {
    count(key!(REQUESTS_WITHOUT_STORAGE), 1);
}

pub(super) fn refunds_lost(refunds: u64) {
    count(key!(LOST_REFUNDS), refunds);
}

/// Describes all metrics, and begins those that alerts watch: a counter that is first seen at 1 has never
/// increased, as far as Prometheus can tell.
///
/// Once a worker rather than once a limiter: by then the app has most likely installed its recorder.
pub(super) fn announce() {
    with_recorder(|recorder| {
        let counters = [
            (DECISIONS, "Decisions of limits on requests"),
            (REQUESTS, "Requests that were answered, by what the limits together said"),
            (STORAGE_FAILURES, "Calls of the storage that failed or missed their deadline, probes included"),
            (STORAGE_OUTAGES, "How often the storage has begun to fail"),
            (REQUESTS_WITHOUT_STORAGE, "Requests that were handled without the storage"),
            (LOST_REFUNDS, "Charges that could not be given back"),
        ];
        for (name, description) in counters {
            recorder.describe_counter(name.into(), Some(Unit::Count), description.into());
        }
        recorder.describe_gauge(
            STORAGE_FAILING.into(),
            Some(Unit::Count),
            "Limiters whose storage fails now: 0 or 1 in an app with one limiter".into(),
        );
        recorder.describe_histogram(
            STORAGE_SECONDS.into(),
            Some(Unit::Seconds),
            "How long calls of the storage take".into(),
        );
    });
    let watched =
        [key!(STORAGE_FAILURES), key!(STORAGE_OUTAGES), key!(REQUESTS_WITHOUT_STORAGE), key!(LOST_REFUNDS)];
    for key in watched {
        count(key, 0);
    }
    change_failing(0);
}

fn count(key: &Key, more: u64) {
    with_recorder(|recorder| recorder.register_counter(key, &METADATA).increment(more));
}

/// How many limiters' storages fail. A process may have several limiters and has one gauge, which none of them
/// may set to 0 while another's storage is away. Below 0 for a moment if an end is told before its beginning.
static FAILING: Mutex<i32> = Mutex::new(0);

fn change_failing(by: i32) {
    let mut failing = FAILING.lock();
    *failing += by;
    let now = f64::from((*failing).max(0));
    // Under the lock, so that what is set last is what was true last.
    with_recorder(|recorder| {
        recorder.register_gauge(key!(STORAGE_FAILING), &METADATA).set(now);
    });
}
