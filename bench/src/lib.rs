//! What the benchmarks have in common.

pub mod callgrind;
pub mod client;
pub mod server;
pub mod wrk;

/// The value in the middle.
///
/// # Panics
/// When there is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of the ratios of each round to another contestant's round beside it.
pub fn median_ratio(rounds: &[f64], floor: &[f64]) -> f64 {
    median(rounds.iter().zip(floor).map(|(round, floor)| round / floor).collect())
}

/// What a ratio is beside what it should at least be.
pub fn beside_aim(ratio: f64, aim: Option<f64>) -> String {
    match aim {
        Some(aim) if ratio >= aim => format!("≥ {aim}: met"),
        Some(aim) => format!("≥ {aim}: missed"),
        None => String::new(),
    }
}
