//! Pieces of a string as an error shows them: short, and on one line.

use std::ops::Range;

/// The most characters shown of a whole string, and how many of them from the mistake onwards.
const WIDTH: usize = 60;
const ONWARDS: usize = 40;

/// The most characters shown of one word.
const WORD_WIDTH: usize = 30;

const CUT: &str = "…";

/// `text`, or if it is long what lies around `span`.
pub(super) fn around(text: &str, span: &Range<usize>) -> String {
    if text.chars().nth(WIDTH).is_none() {
        return escaped(text);
    }
    let (before, after) = text.split_at_checked(span.start).unwrap_or(("", text));
    let onwards = after.chars().take(ONWARDS).count();
    let start = before.char_indices().rev().take(WIDTH - onwards).last().map_or(before.len(), |(at, _)| at);
    let end = after.char_indices().nth(onwards).map_or(after.len(), |(at, _)| at);
    let left = if start == 0 { "" } else { CUT };
    let right = if end == after.len() { "" } else { CUT };
    format!("{left}{}{}{right}", escaped(&before[start..]), escaped(&after[..end]))
}

/// `word`, or if it is long its beginning.
pub(super) fn word(word: &str) -> String {
    match word.char_indices().nth(WORD_WIDTH) {
        Some((end, _)) => format!("{}{CUT}", escaped(&word[..end])),
        None => escaped(word),
    }
}

/// `text` without anything that could break a line, or change how the rest of it is displayed.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\'' | '"' => shown.push(char),
            _ => shown.extend(char.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{around, word};

    #[test]
    fn short_text_is_shown_whole() {
        assert_eq!(around("5/minuet", &(2..8)), "5/minuet");
        assert_eq!(word("minuet"), "minuet");
    }

    #[test]
    fn what_is_invisible_is_escaped() {
        assert_eq!(around("5/\n\t\u{202e}\u{a0}\u{0}'\"\\", &(2..3)), r#"5/\n\t\u{202e}\u{a0}\0'"\\"#);
    }

    #[test]
    fn long_text_is_cut_on_both_sides() {
        let text = "é".repeat(1000);
        for (start, shown) in [
            (0, format!("{}…", "é".repeat(40))),
            (1000, format!("…{}…", "é".repeat(60))),
            (2000, format!("…{}", "é".repeat(60))),
        ] {
            assert_eq!(around(&text, &(start..start)), shown);
        }
        assert_eq!(word(&text), format!("{}…", "é".repeat(30)));
    }
}
