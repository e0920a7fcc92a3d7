//! Every setting: its name, and what its value does.

mod clients;
mod elsewhere;
mod failures;
pub(super) mod headers;
mod limits;
mod storage;

use super::apply::Given;
use crate::LimiterBuilder;

/// A setting that a configuration may have.
pub(super) struct Setting {
    /// In upper case and without the prefix.
    pub(super) name: &'static str,
    pub(super) apply: Apply,
}

/// Sets a value, or records the problem with it; by which name, the caller knows.
type Apply = fn(LimiterBuilder, &Given<'_>) -> LimiterBuilder;

impl Setting {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        all().find(|setting| setting.name == name)
    }

    /// Whether its value may be shown.
    pub(super) fn is_public(&self) -> bool {
        !matches!(self.name, "STORAGE_URI" | "STORAGE_OPTIONS")
    }
}

/// All settings, those before that others refine.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> {
    let groups = [
        limits::SETTINGS,
        clients::SETTINGS,
        headers::SETTINGS,
        storage::SETTINGS,
        failures::SETTINGS,
        elsewhere::SETTINGS,
    ];
    groups.into_iter().flatten()
}

const fn setting(name: &'static str, apply: Apply) -> Setting {
    Setting { name, apply }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names in the first column of the tables.
    fn documented() -> Vec<&'static str> {
        let rows =
            include_str!("../../../../docs/configuration.md").lines().filter(|line| line.starts_with("| `"));
        let columns = rows.filter_map(|row| row.split('|').nth(1));
        columns.flat_map(|column| column.split(',')).map(|name| name.trim().trim_matches('`')).collect()
    }

    #[test]
    fn the_documentation_has_every_setting_once_and_no_other() {
        let names: Vec<_> = all().map(|setting| setting.name).collect();
        let unique = |names: &[&'static str]| names.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(unique(&documented()), unique(&names));
        assert_eq!(unique(&names).len(), names.len());
        assert_eq!(documented().len(), names.len());
    }
}
