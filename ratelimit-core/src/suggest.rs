//! "Did you mean …": the candidate nearest in spelling.

/// The candidate nearest to `word` in spelling, if one is near enough to be meant.
///
/// ```
/// use ratelimit_core::suggest::nearest;
///
/// assert_eq!(nearest("minuet", ["second", "minute"]), Some("minute"));
/// assert_eq!(nearest("fortnight", ["second", "minute"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the word may be wrong: one slip in a short word, two in a longer one.
    let tolerance = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
