//! What a server says of what it holds and was asked.

use std::collections::BTreeMap;

use ratelimit_test_servers::Redis;

/// Everything a server holds.
pub(crate) type Keys = BTreeMap<String, Found>;

/// A key in the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: String,
    /// Milliseconds; negative without one.
    pub(crate) time_to_live: i64,
    /// The value, or the elements one after another.
    pub(crate) value: Vec<u8>,
    /// How many elements a list has; 1 for a string.
    pub(crate) length: usize,
}

/// Everything that `server` holds, keys as text: ours are.
pub(crate) fn keys_of(server: &Redis) -> Keys {
    let names: Vec<Vec<u8>> = server.query(&["KEYS", "*"]);
    names
        .into_iter()
        .map(|name| {
            let name = String::from_utf8(name).expect("names are text");
            let kind: String = server.query(&["TYPE", &name]);
            let elements: Vec<Vec<u8>> = match kind.as_str() {
                "list" => server.query(&["LRANGE", &name, "0", "-1"]),
                "string" => vec![server.query(&["GET", &name])],
                _ => Vec::new(),
            };
            let time_to_live = server.query(&["PTTL", &name]);
            let (length, value) = (elements.len(), elements.concat());
            (name, Found { kind, time_to_live, value, length })
        })
        .collect()
}

/// How often `command` was run since the server started, or its statistics were reset.
pub(crate) fn commands(server: &Redis, command: &str) -> u64 {
    let line = server.info(&format!("cmdstat_{command}"));
    let calls = line.as_deref().and_then(|line| line.strip_prefix("calls=")?.split(',').next());
    calls.map_or(0, |calls| calls.parse().expect("a number of calls"))
}
