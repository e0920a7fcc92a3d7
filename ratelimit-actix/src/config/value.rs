//! Raw values, and what they can be read as.
//!
//! Every scalar is text here, as in the environment: `true`, `"true"` and `1` are one, and whether a text
//! can be what a setting wants is decided in one place, for all sources alike.

use std::{fmt, str::FromStr, time::Duration};

use ratelimit_core::{Limit, LimitSet, suggest::nearest};

/// What stood beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    One(String),
    #[cfg_attr(not(feature = "serde"), allow(dead_code, reason = "text holds no lists"))]
    Many(Vec<String>),
    /// What no setting takes, in words: it may hold a secret.
    Other(&'static str),
}

/// What was read, or every mistake in it.
pub(super) type Read<T> = Result<T, Vec<String>>;

/// The words a setting takes, and what they mean.
pub(super) type Words<T> = [(&'static str, T)];

impl Value {
    /// One text.
    pub(super) fn text(&self, expected: &str) -> Read<&str> {
        match self {
            Self::One(text) => Ok(text),
            Self::Many(_) => Err(vec![format!("expected {expected}, found a list")]),
            Self::Other(what) => Err(vec![format!("expected {expected}, found {what}")]),
        }
    }

    pub(super) fn boolean(&self) -> Read<bool> {
        const EXPECTED: &str = "`true` or `false`";
        let text = self.text(EXPECTED)?;
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(other_than(EXPECTED, text)),
        }
    }

    pub(super) fn number<N: FromStr>(&self, expected: &str) -> Read<N> {
        let text = self.text(expected)?;
        text.trim().parse().map_err(|_| other_than(expected, text))
    }

    /// What names itself: the type's own error says what is wrong.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(&self, expected: &str) -> Read<T> {
        self.text(expected)?.trim().parse().map_err(|error: T::Err| vec![error.to_string()])
    }

    /// One of `words`, in any case, with `-` or `_`.
    pub(super) fn word<T: Copy>(&self, words: &Words<T>) -> Read<T> {
        let expected = alternatives(words.iter().map(|(word, _)| *word));
        let text = self.text(&expected)?;
        let simple = |word: &str| word.trim().to_ascii_lowercase().replace('-', "_");
        let found = simple(text);
        if let Some((_, meaning)) = words.iter().find(|(word, _)| simple(word) == found) {
            return Ok(*meaning);
        }
        let hint = nearest(&found, words.iter().map(|(word, _)| *word));
        let hint = hint.map_or_else(String::new, |word| format!("; did you mean `{word}`?"));
        Err(vec![format!("expected {expected}, found {}{hint}", quoted(text))])
    }

    /// A length of time, as in a limit: the core reads durations of any size without harm.
    pub(super) fn duration(&self) -> Read<Duration> {
        const EXPECTED: &str = "a duration such as `250ms` or `1s`";
        let text = self.text(EXPECTED)?;
        let limit = format!("1 per {text}").parse::<Limit>();
        limit.map(|limit| limit.window()).map_err(|_| other_than(EXPECTED, text))
    }

    /// Several texts: a list, or one text with commas.
    pub(super) fn list(&self, expected: &str) -> Read<Vec<&str>> {
        let lines = match self {
            Self::Many(lines) => lines.as_slice(),
            Self::One(line) => std::slice::from_ref(line),
            Self::Other(_) => return self.text(expected).map(|_| Vec::new()),
        };
        let items = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
        Ok(items.filter(|item| !item.is_empty()).collect())
    }

    /// Limits: a string of one or several, or a list of such strings.
    pub(super) fn limits(&self) -> Read<LimitSet> {
        let Self::Many(strings) = self else {
            return self.parsed("limits such as `200/day; 50/hour`");
        };
        let (mut limits, mut mistakes) = (Vec::new(), Vec::new());
        for string in strings {
            match string.parse::<LimitSet>() {
                Ok(set) => limits.extend(set.iter().copied()),
                Err(error) => mistakes.push(error.to_string()),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        LimitSet::try_from(limits).map_err(|error| vec![error.to_string()])
    }
}

/// As `Debug` of the configuration shows it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(text) => f.write_str(text),
            Self::Many(texts) => f.write_str(&texts.join(", ")),
            Self::Other(what) => write!(f, "({what})"),
        }
    }
}

/// That `found` is not what was expected.
pub(super) fn other_than(expected: &str, found: &str) -> Vec<String> {
    vec![format!("expected {expected}, found {}", quoted(found))]
}

/// A text to show, and not more of it than anybody wants to read.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// `` `a`, `b` or `c` ``
fn alternatives<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Value {
        Value::One(text.to_owned())
    }

    #[test]
    fn truth_is_written_as_people_write_it() {
        for text in ["true", "True", "TRUE", "1", "yes", "on", " true\n"] {
            assert_eq!(one(text).boolean(), Ok(true), "{text:?}");
        }
        for text in ["false", "False", "0", "no", "OFF"] {
            assert_eq!(one(text).boolean(), Ok(false), "{text:?}");
        }
        for text in ["", "2", "t", "maybe", "-1"] {
            assert_eq!(one(text).boolean(), Err(other_than("`true` or `false`", text)), "{text:?}");
        }
    }

    #[test]
    fn durations_are_those_of_limits_and_never_panic() {
        let table = [("250ms", 250), ("1s", 1000), (" 1m 30s ", 90_000), ("2 seconds", 2000)];
        for (text, millis) in table {
            assert_eq!(one(text).duration(), Ok(Duration::from_millis(millis)), "{text:?}");
        }
        let huge = "584554049253y 584554049253y";
        for text in ["", "250", "0ms", "-1s", "ms", "1s; 2s", "1s, 5/minute", "soon", huge] {
            assert!(one(text).duration().is_err(), "{text:?}");
        }
    }

    #[test]
    fn lists_are_lists_or_have_commas() {
        assert_eq!(one(" a, b,,c ").list("x"), Ok(vec!["a", "b", "c"]));
        assert_eq!(one("").list("x"), Ok(vec![]));
        assert_eq!(Value::Many(vec!["a".into(), "b, c".into()]).list("x"), Ok(vec!["a", "b", "c"]));
        assert_eq!(Value::Other("a table").list("x"), Err(vec!["expected x, found a table".into()]));
    }

    #[test]
    fn every_mistake_in_a_list_of_limits_is_told() {
        let good = Value::Many(vec!["200/day; 50/hour".into(), "5/minute".into()]);
        assert_eq!(good.limits().map(|limits| limits.len()), Ok(3));
        let bad = Value::Many(vec!["5/minuet".into(), "5/minute".into(), "x".into()]);
        assert_eq!(bad.limits().map_err(|mistakes| mistakes.len()), Err(2));
        assert!(Value::Many(vec![]).limits().is_err());
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted(&"é".repeat(80)), format!("`{}`", "é".repeat(80)));
        assert_eq!(quoted(&"é".repeat(81)), format!("`{}…`", "é".repeat(80)));
    }
}
