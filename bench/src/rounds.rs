//! Interleaved rounds: every contestant once, again and again, so that whatever else the machine does
//! meets all of them alike.

/// So many rounds, in each of which every contestant is measured once; answers each contestant's figures, a
/// round each. `measure` is told the contestant's number and the round's.
pub fn interleave(
    rounds: usize,
    contestants: usize,
    mut measure: impl FnMut(usize, usize) -> f64,
) -> Vec<Vec<f64>> {
    let mut all = vec![Vec::new(); contestants];
    for round in 0..rounds {
        // Whoever starts changes, as the first may find the machine in another mood.
        for turn in 0..contestants {
            let contestant = (round + turn) % contestants;
            all[contestant].push(measure(contestant, round));
        }
    }
    all
}

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
