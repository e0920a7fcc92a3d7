//! Names of settings, as they are written and as they are meant.

/// What may stand before every name, and does in the environment.
pub(super) const PREFIX: &str = "RATELIMIT_";

/// The setting that `written` names: in upper case and without the prefix.
pub(super) fn plain(written: &str) -> String {
    let upper = written.to_ascii_uppercase();
    upper.strip_prefix(PREFIX).map_or_else(|| upper.clone(), str::to_owned)
}

/// The setting `name`, written as its neighbour `written` is, so that it can be copied.
pub(super) fn like(written: &str, name: &str) -> String {
    let has_prefix = written.to_ascii_uppercase().starts_with(PREFIX);
    let prefix = if has_prefix { PREFIX } else { "" };
    let full = format!("{prefix}{name}");
    if written.chars().any(|c| c.is_ascii_lowercase()) { full.to_ascii_lowercase() } else { full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_prefix_make_no_difference() {
        for written in ["STORAGE_URI", "storage_uri", "RATELIMIT_STORAGE_URI", "Ratelimit_Storage_Uri"] {
            assert_eq!(plain(written), "STORAGE_URI", "{written}");
        }
        assert_eq!(plain("RATELIMIT_"), "");
        assert_eq!(plain("RATELIMIT"), "RATELIMIT");
    }

    #[test]
    fn names_are_suggested_as_their_neighbours_are_written() {
        assert_eq!(like("RATELIMIT_DEFUALT", "DEFAULT"), "RATELIMIT_DEFAULT");
        assert_eq!(like("defualt", "DEFAULT"), "default");
        assert_eq!(like("DEFUALT", "DEFAULT"), "DEFAULT");
        assert_eq!(like("ratelimit_defualt", "DEFAULT"), "ratelimit_default");
    }
}
