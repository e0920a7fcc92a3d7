//! Settings from the environment.

use std::ffi::OsString;

use super::{
    Config, Entry,
    name::{PREFIX, plain},
    value::Value,
};

/// The settings among the environment's variables, in the order of their names: the environment has none.
pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Config {
    let mut entries: Vec<_> = variables
        .into_iter()
        .map(|(name, value)| Entry { name: name.to_string_lossy().into_owned(), value: value.into() })
        .filter(|entry| is_ours(&entry.name))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Config { entries }
}

fn is_ours(variable: &str) -> bool {
    variable.to_ascii_uppercase().starts_with(PREFIX) && !is_of_kubernetes(&plain(variable))
}

/// Whether Kubernetes sets it in every container beside a service called `ratelimit`, which is what a
/// widely used server for rate limits is called. No setting's name comes near these.
fn is_of_kubernetes(name: &str) -> bool {
    matches!(name, "PORT" | "SERVICE_HOST" | "SERVICE_PORT")
        || name.starts_with("PORT_")
        || name.starts_with("SERVICE_PORT_")
}

impl From<OsString> for Value {
    fn from(value: OsString) -> Self {
        value.into_string().map_or(Self::Other("text that is not UTF-8"), Self::One)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[&str]) -> Vec<String> {
        let config = read(variables.iter().map(|name| (name.into(), "x".into())));
        config.entries.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn only_variables_with_the_prefix_are_read_in_the_order_of_their_names() {
        assert_eq!(
            names(&["PATH", "RATELIMIT_STRATEGY", "ratelimit_default", "RATELIMIT", "RATELIMIT_", "DEFAULT"]),
            ["RATELIMIT_", "RATELIMIT_STRATEGY", "ratelimit_default"],
        );
    }

    #[test]
    fn what_kubernetes_sets_for_a_service_is_left_alone() {
        let theirs = [
            "RATELIMIT_SERVICE_HOST",
            "RATELIMIT_SERVICE_PORT",
            "RATELIMIT_SERVICE_PORT_GRPC",
            "RATELIMIT_PORT",
            "RATELIMIT_PORT_8081_TCP",
            "RATELIMIT_PORT_8081_TCP_ADDR",
        ];
        assert!(names(&theirs).is_empty());
        assert_eq!(names(&["RATELIMIT_SERVICE_DEFAULT"]), ["RATELIMIT_SERVICE_DEFAULT"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_kept_as_a_mistake() {
        use std::os::unix::ffi::OsStringExt;

        let config = read([("RATELIMIT_KEY_PREFIX".into(), OsString::from_vec(vec![b'a', 0xFF]))]);
        assert!(matches!(config.entries[0].value, Value::Other(_)));
    }
}
