//! More processes hold more.

use ratelimit_core::Strategy;

use super::{
    case::{AMOUNT, Case, calls, demand, lost},
    terms::Terms,
    traces::Shape::{self, Deaths, Moving, Poisson},
};
use crate::report::{Report, percent};

const LOADS: [(Shape, f64); 4] = [(Poisson, 0.8), (Poisson, 1.2), (Moving, 1.2), (Deaths, 1.2)];

pub fn measure(report: &mut Report) {
    report.part("More processes");
    report.say(
        "Fixed window. All processes together can hold processes × (batch − 1) units that nobody uses: that is the \
         most that a window can lose, if no process dies (checked).",
    );
    let mut rows = Vec::new();
    let mut all = Vec::new();
    let numbers = report.options.pick(&[2, 8, 32, 128][..], &[2, 8]);
    for &processes in numbers {
        for batch in [10, 100, AMOUNT / 10] {
            let cases = LOADS.map(|(shape, load)| {
                Case::of(Strategy::FixedWindow, Terms::plain(batch), &demand(shape, processes, load))
            });
            let bound = f64::from(processes) * (batch - 1) as f64 / AMOUNT as f64;
            for case in &cases[..3] {
                assert!(case.under <= bound, "{} of {bound}, {}", case.under, case.shape);
            }
            let mut row = vec![processes.to_string(), batch.to_string(), percent(bound.min(1.0))];
            row.push(calls(cases[1].calls_per_request));
            row.extend(cases.iter().map(|case| lost(case.under)));
            row.push(percent(cases[1].refused_while_held));
            rows.push(row);
            all.extend(cases);
        }
    }
    let columns = [
        "processes",
        "batch",
        "at most held",
        "calls a request, Poisson 1.2",
        "Poisson 0.8",
        "Poisson 1.2",
        "moves 1.2",
        "dies 1.2",
        "refused while others held, Poisson 1.2",
    ];
    report.table(columns, rows);
    report.figures("leases_processes", &all);
}
