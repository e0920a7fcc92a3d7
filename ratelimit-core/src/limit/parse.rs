//! The grammar of limit strings.

use std::{str::FromStr, time::Duration};

use super::{Limit, ParseLimitError};

impl FromStr for Limit {
    type Err = ParseLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseLimitError { message: format!("can't read `{text}`"), span: 0..text.len() };
        let (amount, unit) = text.split_once('/').ok_or_else(wrong)?;
        let amount = amount.trim().parse().map_err(|_| wrong())?;
        let seconds = match unit.trim() {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            "day" => 86400,
            _ => return Err(wrong()),
        };
        Self::new(amount, Duration::from_secs(seconds)).map_err(|_| wrong())
    }
}
