//! The window of a limit: `minute`, `10 minutes` or `1h 30m`.

use std::{ops::Range, time::Duration};

use super::{
    Limit, ParseLimitError, WindowError, excerpt,
    mistake::Mistake,
    parse::{Parser, goes_on_number, is_number_like},
    spelling::{self, Meaning},
    unit::Unit,
};

/// A unit and the number before it.
struct Part {
    count: Option<u64>,
    meaning: Meaning,
    /// Where the unit is.
    word: Range<usize>,
}

impl Parser<'_> {
    /// The rest of a limit of `amount`.
    pub(super) fn window(&mut self, amount: u64) -> Result<Limit, ParseLimitError> {
        self.cursor.skip_spaces();
        let start = self.cursor.at();
        let first = self.part()?;
        let (nanos, unit) = match first.meaning {
            Meaning::Unit(unit) if !self.is_duration(&first) => {
                (unit.nanos().checked_mul(first.count.unwrap_or(1)), unit)
            }
            _ => (self.duration(&first)?, Unit::Duration),
        };
        let window = nanos.map(Duration::from_nanos).ok_or(WindowError::TooLong);
        let limit = window.and_then(|window| Limit::new(amount, window));
        match limit {
            Ok(limit) => Ok(Limit { unit, ..limit }),
            Err(error) => Err(self.cursor.error(Mistake::Window(error), start..self.cursor.at())),
        }
    }

    /// A unit, perhaps with a number before it.
    fn part(&mut self) -> Result<Part, ParseLimitError> {
        self.cursor.skip_spaces();
        let count = self.count()?;
        self.cursor.skip_spaces();
        let is_per = self.cursor.at_per();
        let word = self.cursor.take_word();
        if word.is_empty() || is_per {
            let span = if word.is_empty() { self.cursor.take_char() } else { word };
            return Err(self.cursor.error(Mistake::MissingUnit, span));
        }
        match Meaning::of(self.cursor.slice(word.clone())) {
            Some(meaning) => Ok(Part { count, meaning, word }),
            None => Err(self.unknown_unit(word)),
        }
    }

    fn unknown_unit(&self, span: Range<usize>) -> ParseLimitError {
        let word = excerpt::word(self.cursor.slice(span.clone()));
        let suggestion = spelling::nearest(&word);
        self.cursor.error(Mistake::UnknownUnit { word, suggestion }, span)
    }

    fn count(&mut self) -> Result<Option<u64>, ParseLimitError> {
        let before = self.cursor;
        let digits = self.cursor.take_digits();
        if self.cursor.peek().is_some_and(if digits.is_empty() { is_number_like } else { goes_on_number }) {
            self.cursor = before;
            let number = self.cursor.take_while(is_number_like);
            let text = excerpt::word(self.cursor.slice(number.clone()));
            return Err(self.cursor.error(Mistake::BadCount(text), number));
        }
        if digits.is_empty() {
            return Ok(None);
        }
        let count = self.cursor.slice(digits.clone()).parse();
        count.map(Some).map_err(|_| self.cursor.error(Mistake::Window(WindowError::TooLong), digits))
    }

    /// Whether the window goes on after `first`, so that it is a duration of several parts.
    fn is_duration(&self, first: &Part) -> bool {
        // Without a number before `first`, what follows decides: `h 30m` is a duration that lacks one,
        // `second 2/minute` and `second 2 x` are a window and something else.
        let mut ahead = *self;
        self.at_part() && (first.count.is_some() || ahead.part().is_ok())
    }

    /// Whether a number comes next that is not the amount of another limit.
    fn at_part(&self) -> bool {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        let digits = cursor.take_digits();
        cursor.skip_spaces();
        !digits.is_empty() && !cursor.eat_per()
    }

    /// The nanoseconds of a duration that begins with `first`; `None` when they don't fit.
    fn duration(&mut self, first: &Part) -> Result<Option<u64>, ParseLimitError> {
        let mut nanos = self.part_nanos(first)?;
        while self.at_part() {
            let part = self.part()?;
            let more = self.part_nanos(&part)?;
            nanos = nanos.zip(more).and_then(|(nanos, more)| nanos.checked_add(more));
        }
        Ok(nanos)
    }

    /// The nanoseconds of one part of a duration, by humantime; `None` when they don't fit.
    fn part_nanos(&self, part: &Part) -> Result<Option<u64>, ParseLimitError> {
        let word = self.cursor.slice(part.word.clone());
        let wrong = |mistake| Err(self.cursor.error(mistake, part.word.clone()));
        if word == "M" {
            return wrong(Mistake::CapitalM);
        }
        if part.meaning == Meaning::OtherYear {
            return wrong(Mistake::OtherYear(word.to_owned()));
        }
        let Some(name) = part.meaning.in_humantime() else {
            return wrong(Mistake::CalendarUnit(word.to_owned()));
        };
        let Some(count) = part.count else {
            return wrong(Mistake::MissingCount(word.to_owned()));
        };
        // Part by part: humantime 2.4 panics on some sums that overflow. All it can dislike is the size.
        let duration = humantime::parse_duration(&format!("{count}{name}"));
        Ok(duration.ok().and_then(|duration| u64::try_from(duration.as_nanos()).ok()))
    }
}
