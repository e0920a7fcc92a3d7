//! Leases that outlive what they were charged to, and those that don't.

use std::time::Duration;

use ratelimit_core::Strategy::{self, FixedWindow, TokenBucket};

use super::{
    case::{AMOUNT, Case, calls, demand, lost},
    terms::{Ends, Terms},
    traces::Shape::{self, Bursts, Deaths, Lulls, Moving, ShortLulls},
};
use crate::report::{Report, percent};

const SHAPES: [Shape; 5] = [Lulls, ShortLulls, Bursts, Moving, Deaths];
const BATCH: u64 = AMOUNT / 10;

const WITH_CHARGE: Terms = Terms::plain(BATCH);
const KINDS: [(Strategy, &str, Terms); 7] = [
    (FixedWindow, "never", Terms { ends: Ends::Never, ..WITH_CHARGE }),
    (FixedWindow, "with the window", WITH_CHARGE),
    (FixedWindow, "with the window, idle ones given back after 1 s", GIVES_BACK),
    (TokenBucket, "never", Terms { ends: Ends::Never, ..WITH_CHARGE }),
    (TokenBucket, "when the bucket would be full", WITH_CHARGE),
    (TokenBucket, "when as much has been refilled", Terms { ends: Ends::OnceRefilled, ..WITH_CHARGE }),
    (TokenBucket, "when it would be full, idle ones given back", GIVES_BACK),
];
const GIVES_BACK: Terms = Terms { gives_back: Some(Duration::from_secs(1)), ..WITH_CHARGE };

pub fn measure(report: &mut Report) {
    report.part("When a lease ends");
    report.say(
        "8 processes, batches of 1,000 (a tenth of the amount), twice the amount asked for. *Too much* is what passed \
         beyond the amount in the worst window, or beyond what the bucket holds at the worst moment, in % of the \
         amount; *used late* are units used after their window, of all; then calls a request and what was not admitted.",
    );
    let mut all = Vec::new();
    let mut rows = Vec::new();
    for (strategy, ends, terms) in KINDS {
        let cases = SHAPES.map(|shape| Case::of(strategy, terms, &demand(shape, 8, 2.0)));
        let mut row = vec![format!("{strategy}: {ends}")];
        let worst = cases.iter().map(|case| case.over).fold(0.0, f64::max);
        let late = cases.iter().map(|case| case.outcome.stale as f64 / case.outcome.admitted as f64);
        row.extend([percent(worst), percent(late.fold(0.0, f64::max))]);
        row.extend(
            cases.iter().map(|case| format!("{}, {}", calls(case.calls_per_request), lost(case.under))),
        );
        rows.push(row);
        all.extend(cases);
    }
    let columns =
        ["a lease ends", "too much", "used late", "lulls", "short lulls", "bursts", "moves", "processes die"];
    report.table(columns, rows);
    let ending = |case: &&Case| case.strategy == FixedWindow.name() && case.ends != "never";
    let worst = all.iter().filter(ending).map(|case| case.over).fold(0.0, f64::max);
    report.at_most("too much by leases that end with their window, of the amount", 0.0, worst);
    report.figures("leases_ends", &all);
}
