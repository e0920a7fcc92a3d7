//! Interleaved rounds: every contestant once, again and again, so that whatever else the machine does
//! meets all of them alike.

/// So many rounds, in each of which every contestant is measured once; answers each contestant's figures, a
/// round each. `measure` is told the contestant's number and the round's.
pub fn interleave<T>(
    rounds: usize,
    contestants: usize,
    mut measure: impl FnMut(usize, usize) -> T,
) -> Vec<Vec<T>> {
    let mut all: Vec<Vec<T>> = (0..contestants).map(|_| Vec::new()).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_contestant_has_a_figure_a_round_and_starts_in_its_turn() {
        let mut order = Vec::new();
        let all = interleave(2, 3, |contestant, round| {
            order.push((round, contestant));
            (10 * contestant + round) as f64
        });
        assert_eq!(all, [[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]]);
        assert_eq!(order, [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (1, 0)]);
    }

    #[test]
    fn a_ratio_is_of_rounds_beside_each_other() {
        // The machine was ten times as slow in the last round, for both.
        assert_eq!(median_ratio(&[2.0, 2.0, 20.0], &[1.0, 1.0, 10.0]), 2.0);
    }
}
