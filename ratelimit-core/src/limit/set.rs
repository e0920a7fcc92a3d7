//! Several limits that hold together.

use std::{fmt, ops::Deref, str::FromStr};

use super::{Limit, ParseLimitError};

/// One or more limits that all must hold: `200/day; 50/hour`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LimitSet {
    limits: Vec<Limit>,
}

impl Deref for LimitSet {
    type Target = [Limit];

    fn deref(&self) -> &Self::Target {
        &self.limits
    }
}

impl FromStr for LimitSet {
    type Err = ParseLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let limits = text.split([';', ',', '|']).map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { limits })
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
