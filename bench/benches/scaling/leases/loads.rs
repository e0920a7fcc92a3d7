//! What is saved today: a refusal is remembered for a second.

use ratelimit_core::Strategy;

use super::{
    case::{Case, calls, demand},
    terms::Terms,
    traces::Shape,
};
use crate::report::Report;

pub fn measure(report: &mut Report) {
    report.say("#### What is saved without leases");
    report.say(
        "Calls a request, Poisson, 8 processes. A refusal is repeated from memory for as long as it holds, at most for \
         a second: so what a client sends beyond a window's amount costs a call a second and process. A bucket's \
         refusal holds only until the next unit.",
    );
    let mut all = Vec::new();
    let mut rows = Vec::new();
    for strategy in [Strategy::FixedWindow, Strategy::TokenBucket] {
        for load in [0.5, 1.0, 2.0, 5.0, 20.0] {
            let case = |batch| Case::of(strategy, Terms::plain(batch), &demand(Shape::Poisson, 8, load));
            let cases = [1, 10, 100].map(case);
            let mut row = vec![strategy.to_string(), load.to_string()];
            row.extend(cases.iter().map(|case| calls(case.calls_per_request)));
            rows.push(row);
            all.extend(cases);
        }
    }
    report.table(&["strategy", "asked for, of the amount", "1 (today)", "10", "100"], &rows);
    report.figures("leases_loads", &all);
}
