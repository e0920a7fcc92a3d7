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
        for load in [0.8, 1.2] {
            report.say(&format!("#### {strategy}, {load} of the amount asked for"));
            let rows: Vec<Vec<Case>> = Shape::ALL.map(|shape| row(strategy, shape, load)).into();
            let columns = ["load", "1 (today)", "10", "100", "1,000", "1,000, but a share of what is left"];
            report.table(&columns, &rows.iter().map(|row| cells(row)).collect::<Vec<_>>());
            all.extend(rows.into_iter().flatten());
        }
    }
    report.figures("leases_shapes", &all);
}

fn row(strategy: Strategy, shape: Shape, load: f64) -> Vec<Case> {
    TERMS.map(|terms| Case::of(strategy, terms, &demand(shape, PROCESSES, load))).into()
}

fn cells(row: &[Case]) -> Vec<String> {
    [row[0].shape.to_owned()].into_iter().chain(row.iter().map(Case::cell)).collect()
}
