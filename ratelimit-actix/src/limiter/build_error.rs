//! Why a limiter can't be built.

use std::{error::Error, fmt};

/// Every setting that can't be, each with what was expected.
///
/// `Debug` prints the same as `Display`, as that is what a `main` that returns this error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<String>,
}

impl BuildError {
    /// `problems` is not empty.
    pub(crate) fn new(problems: impl IntoIterator<Item: ToString>) -> Self {
        Self { problems: problems.into_iter().map(|problem| in_one_line(&problem.to_string())).collect() }
    }

    /// One line a mistake: `setting: what is wrong`.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the limiter can't be built:")?;
        match &self.problems[..] {
            [problem] => write!(f, " {problem}"),
            problems => problems.iter().try_for_each(|problem| write!(f, "\n  {problem}")),
        }
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for BuildError {}

/// A setting that can't be, and why.
pub(crate) struct Problem {
    pub(crate) setting: String,
    pub(crate) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.what)
    }
}

/// Values are quoted as they were given, and may hold anything.
fn in_one_line(problem: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    problem.chars().map(escaped).collect()
}
