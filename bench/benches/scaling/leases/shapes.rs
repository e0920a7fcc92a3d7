//! Every shape of a load under leases of several sizes.

use ratelimit_core::Strategy;

use super::{
    case::{AMOUNT, Case, demand},
    terms::Terms,
    traces::Shape,
};
use crate::report::Report;

const PROCESSES: u16 = 8;
const TAKES_A_SHARE: Terms = Terms { share_of: Some(PROCESSES as u64), ..Terms::plain(AMOUNT / 10) };
const TERMS: [Terms; 5] =
    [Terms::plain(1), Terms::plain(10), Terms::plain(100), Terms::plain(AMOUNT / 10), TAKES_A_SHARE];

pub fn measure(report: &mut Report) {
    let mut all = Vec::new();
    for strategy in [Strategy::FixedWindow, Strategy::TokenBucket] {
        for &load in report.options.pick(&[0.8, 1.2][..], &[1.2]) {
            report.part(&format!("{strategy}, {load} of the amount asked for"));
            let rows: Vec<Vec<Case>> = Shape::ALL.map(|shape| row(strategy, shape, load)).into();
            let columns = ["load", "1 (today)", "10", "100", "1,000", "1,000, but a share of what is left"];
            report.table(columns, rows.iter().map(|row| cells(row)));
            all.extend(rows.into_iter().flatten());
        }
    }
    plots(report, &all);
    report.figures("leases_shapes", &all);
}

fn row(strategy: Strategy, shape: Shape, load: f64) -> Vec<Case> {
    TERMS.map(|terms| Case::of(strategy, terms, &demand(shape, PROCESSES, load))).into()
}

/// Lines over the batch, a shape each: of a fixed window that is asked for more than it has.
fn plots(report: &mut Report, all: &[Case]) {
    let is_plotted = |case: &&Case| case.strategy == "fixed_window" && case.load > 1.0 && !case.takes_a_share;
    let lines = |y: fn(&Case) -> f64| {
        let point = |case: &Case| (case.batch as f64, y(case));
        let line = |shape: Shape| {
            let cases = all.iter().filter(is_plotted).filter(|case| case.shape == shape.name());
            (shape.name().to_owned(), cases.map(point).collect())
        };
        Shape::ALL.map(line)
    };
    report.plot("plot_calls", ["batch", "calls_per_request"], &lines(|case| case.calls_per_request));
    report.plot("plot_under", ["batch", "percent_not_admitted"], &lines(|case| case.under * 100.0));
}

fn cells(row: &[Case]) -> Vec<String> {
    [row[0].shape.to_owned()].into_iter().chain(row.iter().map(Case::cell)).collect()
}
