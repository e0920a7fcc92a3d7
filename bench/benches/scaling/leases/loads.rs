//! What is saved today: a refusal is remembered for a second.

use ratelimit_core::Strategy;

use super::{
    case::{Case, calls, demand},
    terms::Terms,
    traces::Shape,
};
use crate::report::Report;

pub fn measure(report: &mut Report) {
    report.part("What is saved without leases");
    report.say(
        "Calls a request, Poisson, 8 processes. A refusal is repeated from memory for as long as it holds, at most for \
         a second: so what a client sends beyond a window's amount costs a call a second and process. A bucket's \
         refusal holds only until the next unit, and who asks an empty bucket for a batch asks in vain: a second call is \
         for what is there. The last column takes at most an eighth of what was left at its last call.",
    );
    let mut all = Vec::new();
    let mut rows = Vec::new();
    for strategy in [Strategy::FixedWindow, Strategy::TokenBucket] {
        for load in [0.5, 1.0, 2.0, 5.0, 20.0] {
            let share = Terms { share_of: Some(8), ..Terms::plain(100) };
            let terms = [Terms::plain(1), Terms::plain(10), Terms::plain(100), share];
            let cases = terms.map(|terms| Case::of(strategy, terms, &demand(Shape::Poisson, 8, load)));
            let mut row = vec![strategy.to_string(), load.to_string()];
            row.extend(cases.iter().map(|case| calls(case.calls_per_request)));
            rows.push(row);
            all.extend(cases);
        }
    }
    let columns = ["strategy", "asked for, of the amount", "1 (today)", "10", "100", "100, but a share"];
    report.table(columns, rows);
    report.figures("leases_loads", &all);
}
