//! A place in a limit string, and the small steps forward from it.

use std::ops::Range;

use super::{ParseLimitError, mistake::Mistake};

/// Where the parser stands; always on a character's boundary.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes lie behind.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// What lies ahead.
    pub(super) fn rest(&self) -> &'a str {
        self.slice(self.at..self.text.len())
    }

    pub(super) fn slice(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// The next character, left where it is.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over every character that `wanted` accepts.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> Range<usize> {
        let rest = self.rest();
        let length = rest.find(|char| !wanted(char)).unwrap_or(rest.len());
        self.advance(length)
    }

    /// Steps over the next character; an empty range at the end.
    pub(super) fn take_char(&mut self) -> Range<usize> {
        self.advance(self.peek().map_or(0, char::len_utf8))
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(is_space);
    }

    pub(super) fn take_digits(&mut self) -> Range<usize> {
        self.take_while(|char| char.is_ascii_digit())
    }

    /// Letters of any script, so that a misspelt word is named whole.
    pub(super) fn take_word(&mut self) -> Range<usize> {
        self.take_while(char::is_alphabetic)
    }

    /// Everything up to a space or a separator, and one character at least unless at the end.
    pub(super) fn take_token(&mut self) -> Range<usize> {
        let first = self.take_char();
        let others = self.take_while(|char| !is_space(char) && !is_separator(char));
        first.start..others.end
    }

    /// Whether `per` comes next, in any case; a unit may follow without a space.
    pub(super) fn at_per(&self) -> bool {
        self.rest().get(..PER.len()).is_some_and(|word| word.eq_ignore_ascii_case(PER))
    }

    /// Steps over `/` or `per`, if one comes next.
    pub(super) fn eat_per(&mut self) -> bool {
        let length = match self.peek() {
            Some('/') => 1,
            _ if self.at_per() => PER.len(),
            _ => return false,
        };
        self.advance(length);
        true
    }

    /// The error `mistake`, made in `span` of this string.
    pub(super) fn error(&self, mistake: Mistake, span: Range<usize>) -> ParseLimitError {
        ParseLimitError::new(mistake, self.text, span)
    }

    fn advance(&mut self, length: usize) -> Range<usize> {
        let start = self.at;
        self.at += length;
        start..self.at
    }
}

const PER: &str = "per";

/// White space as Flask-Limiter's `\s` has it: Unicode's, and the four ASCII separators.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() || matches!(char, '\x1c'..='\x1f')
}

/// What stands between two limits.
pub(super) const fn is_separator(char: char) -> bool {
    matches!(char, ';' | ',' | '|')
}
