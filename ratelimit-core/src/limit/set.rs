//! Several limits that hold together.

use std::{borrow::Cow, collections::HashSet, fmt, ops::Deref, slice, str::FromStr};

use super::{Limit, ParseLimitError, mistake::Mistake, parse};

/// One or more limits that all must hold: `200/day; 50/hour`.
///
/// They stay in the order in which they were written, and equal limits are kept once, as the first
/// of them was written. Two sets are equal when they hold equal limits in the same order.
///
/// ```
/// use ratelimit_core::LimitSet;
///
/// let limits: LimitSet = "200/day, 50/hour | 50 per 60 minutes".parse()?;
/// assert_eq!(limits.len(), 2);
/// assert_eq!(limits.to_string(), "200 per 1 day; 50 per 1 hour");
/// assert_eq!(limits, limits.to_string().parse()?);
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
///
/// [`FromStr`](#impl-FromStr-for-LimitSet) describes the strings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LimitSet {
    /// Never empty, each limit once.
    limits: Cow<'static, [Limit]>,
}

impl LimitSet {
    /// `limits` must not be empty.
    fn of(mut limits: Vec<Limit>) -> Self {
        let mut seen = HashSet::with_capacity(limits.len());
        limits.retain(|limit| seen.insert(*limit));
        Self { limits: limits.into() }
    }

    /// Limits that the macros have checked: some, and each once.
    #[doc(hidden)]
    #[must_use]
    pub const fn checked(limits: &'static [Limit]) -> Self {
        Self { limits: Cow::Borrowed(limits) }
    }
}

impl Deref for LimitSet {
    type Target = [Limit];

    fn deref(&self) -> &Self::Target {
        &self.limits
    }
}

impl<'a> IntoIterator for &'a LimitSet {
    type Item = &'a Limit;
    type IntoIter = slice::Iter<'a, Limit>;

    fn into_iter(self) -> Self::IntoIter {
        self.limits.iter()
    }
}

impl From<Limit> for LimitSet {
    fn from(limit: Limit) -> Self {
        Self { limits: vec![limit].into() }
    }
}

/// Fails when there is no limit, with the error of an empty string.
///
/// ```
/// use ratelimit_core::{Limit, LimitSet};
///
/// let limit: Limit = "5/minute".parse()?;
/// assert_eq!(LimitSet::try_from(vec![limit, limit])?, LimitSet::from(limit));
/// assert!(LimitSet::try_from(vec![]).is_err());
/// # Ok::<(), ratelimit_core::ParseLimitError>(())
/// ```
impl TryFrom<Vec<Limit>> for LimitSet {
    type Error = ParseLimitError;

    fn try_from(limits: Vec<Limit>) -> Result<Self, Self::Error> {
        if limits.is_empty() {
            return Err(ParseLimitError::new(Mistake::Empty, "", 0..0));
        }
        Ok(Self::of(limits))
    }
}

#[doc = include_str!("grammar.md")]
impl FromStr for LimitSet {
    type Err = ParseLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::of(parse::list(text)?))
    }
}

impl fmt::Display for LimitSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, limit) in self.limits.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{limit}")?;
        }
        Ok(())
    }
}
