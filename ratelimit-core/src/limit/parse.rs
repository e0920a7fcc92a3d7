#![doc = include_str!("grammar.md")]

use std::{ops::Range, str::FromStr};

use super::{
    Limit, ParseLimitError,
    cursor::{Cursor, is_separator, is_space},
    excerpt,
    mistake::Mistake,
    spelling::Meaning,
};
use crate::suggest;

/// Reads exactly one limit. Lists are read by [`LimitSet`](crate::LimitSet#impl-FromStr-for-LimitSet),
/// where the grammar is.
///
/// ```
/// use ratelimit_core::Limit;
///
/// assert_eq!("10 per 1h 30m".parse::<Limit>()?.to_string(), "10 per 1h 30m");
/// assert!("200/day; 50/hour".parse::<Limit>().is_err());
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
impl FromStr for Limit {
    type Err = ParseLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parser = Parser::new(text)?;
        let limit = parser.limit()?;
        let Some(separator) = parser.separator()? else { return Ok(limit) };
        let after = parser.cursor.rest();
        let mistake = if is_blank(after) { Mistake::TrailingSeparator } else { Mistake::SecondLimit };
        Err(parser.cursor.error(mistake, separator))
    }
}

/// The limits of a list, as they stand: at least one, perhaps some of them twice.
pub(super) fn list(text: &str) -> Result<Vec<Limit>, ParseLimitError> {
    let mut parser = Parser::new(text)?;
    let mut limits = vec![parser.limit()?];
    while let Some(separator) = parser.separator()? {
        if is_blank(parser.cursor.rest()) {
            return Err(parser.cursor.error(Mistake::TrailingSeparator, separator));
        }
        limits.push(parser.limit()?);
    }
    Ok(limits)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// Reads a limit string from left to right and stops at the first mistake.
#[derive(Clone, Copy)]
pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, ParseLimitError> {
        let cursor = Cursor::new(text);
        if is_blank(text) {
            return Err(cursor.error(Mistake::Empty, 0..text.len()));
        }
        Ok(Self { cursor })
    }

    fn limit(&mut self) -> Result<Limit, ParseLimitError> {
        self.cursor.skip_spaces();
        if self.cursor.peek().is_some_and(is_separator) {
            let separator = self.cursor.take_char();
            return Err(self.cursor.error(Mistake::EmptyItem, separator));
        }
        let amount = self.amount()?;
        self.per()?;
        self.window(amount)
    }

    fn amount(&mut self) -> Result<u64, ParseLimitError> {
        let before = self.cursor;
        let digits = self.cursor.take_digits();
        if digits.is_empty() || self.cursor.peek().is_some_and(goes_on_number) {
            self.cursor = before;
            return Err(self.bad_amount());
        }
        let amount = self.cursor.slice(digits.clone()).parse();
        amount.map_err(|_| self.cursor.error(Mistake::AmountOverflow, digits))
    }

    /// What to say of whatever stands where an amount should.
    fn bad_amount(&mut self) -> ParseLimitError {
        let starts_window = self.cursor.peek() == Some('/') || self.cursor.at_per();
        let number = self.cursor.take_while(is_number_like);
        let span = if number.is_empty() { self.cursor.take_word() } else { number };
        let span = if span.is_empty() { self.cursor.take_char() } else { span };
        let text = self.cursor.slice(span.clone());
        if starts_window || Meaning::of(text).is_some() {
            self.cursor.error(Mistake::MissingAmount, span)
        } else {
            self.cursor.error(Mistake::BadAmount(excerpt::word(text)), span)
        }
    }

    fn per(&mut self) -> Result<(), ParseLimitError> {
        self.cursor.skip_spaces();
        if self.cursor.eat_per() {
            return Ok(());
        }
        let word = self.cursor.take_word();
        let suggestion = Self::nearest_per(self.cursor.slice(word.clone()));
        let span = if word.is_empty() { self.cursor.take_char() } else { word };
        Err(self.cursor.error(Mistake::MissingPer { suggestion }, span))
    }

    /// What `word` was meant to be where `per` is missing.
    fn nearest_per(word: &str) -> Option<String> {
        match Meaning::of(word) {
            Some(_) => Some(format!("per {word}")),
            None => suggest::nearest(&word.to_lowercase(), ["per"]).map(str::to_owned),
        }
    }

    /// Steps over the separator behind a limit: `None` at the end of the string.
    fn separator(&mut self) -> Result<Option<Range<usize>>, ParseLimitError> {
        self.cursor.skip_spaces();
        let Some(next) = self.cursor.peek() else { return Ok(None) };
        if is_separator(next) {
            return Ok(Some(self.cursor.take_char()));
        }
        if next == ':' {
            let colon = self.cursor.take_char();
            return Err(self.cursor.error(Mistake::Colon, colon));
        }
        let token = self.cursor.take_token();
        let text = excerpt::word(self.cursor.slice(token.clone()));
        Err(self.cursor.error(Mistake::TextAfterLimit(text), token))
    }
}

/// What somebody might write in a number, though only ASCII digits are one.
pub(super) fn is_number_like(char: char) -> bool {
    char.is_ascii_digit() || matches!(char, '+' | '-' | '\u{2212}') || goes_on_number(char)
}

/// What makes the digits before it another number, or none: `.` in `1.5`.
pub(super) fn goes_on_number(char: char) -> bool {
    matches!(char, '.' | '_' | '\'') || (char.is_numeric() && !char.is_ascii_digit())
}
