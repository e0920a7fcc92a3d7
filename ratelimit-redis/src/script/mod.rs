//! The scripts that run in the server, and how they are called.
//!
//! What they take and answer is written at the top of each `.lua` file; what keys hold, in
//! `acquire/1_contract.lua`. That and the names of the keys (see `layout`) are one contract, under one version.
//!
//! # Another version
//! Raise [`VERSION`](crate::layout::VERSION) when what a key holds or is called has changed, so that two versions side
//! by side never meet each other's data. Every counter begins anew then, and the old keys leave by their time to live.
//! What is only between this crate and its scripts (terms, answers, code) needs none: each process brings its scripts
//! along and calls them by digest. The number is also in the first line of the contract, of `refund.lua` and of
//! `forget.lua`, and in the examples of `lib.rs` and `layout`; tests find what was forgotten.
//!
//! # Another strategy
//! It gets a letter, by which scripts and keys know it, and which Lua sees as its byte: `b` is 98, `f` 102, `m` 109,
//! `s` 115. The contract says what it is told and what its counter looks like, beginning with the moment from which on
//! it says nothing. Then, for one that is kept in a string as `f`, `s` and `b` are:
//!
//! | where | what |
//! |---|---|
//! | `terms`: `letter`, `rounded`, `push_charge`, `format`, `lives_millis`, `push_refund` | what the scripts are told |
//! | `reply`: `state_length`, `state` | the counter as the core's strategy |
//! | `acquire/2_plans.lua`: `read_limit` | reads what `push_charge` wrote; `values` and `bytes` are of its counter |
//! | `acquire/3_strategies.lua` | decides |
//! | `acquire/5_keys.lua`, `refund.lua`, `forget.lua`: `FORMATS`, `BYTES` | the counter's shape, as in `format` |
//! | `refund.lua`: `strategies` | reads what `push_refund` wrote, and gives back |
//!
//! A strategy that isn't in `letter` is refused as unknown; once it is there, the other functions of `terms` and
//! `reply` take it for a fixed or moving window until they are told better, and the conformance suite fails.
//! A new letter needs a new version: counters share keys, and older scripts can't tell how long the new one's is.

use std::sync::LazyLock;

use redis::{Cmd, RedisResult, Script, ServerErrorKind, Value, aio::ConnectionLike};

/// A script, known to servers by its digest.
#[derive(Debug)]
pub(crate) struct ServerScript {
    source: &'static str,
    digest: String,
}

/// The parts of `acquire` that come before those about logs, and after.
macro_rules! acquire {
    ($logs:literal) => {
        concat!(
            include_str!("acquire/1_contract.lua"),
            include_str!("acquire/2_plans.lua"),
            include_str!("acquire/3_strategies.lua"),
            include_str!($logs),
            include_str!("acquire/5_keys.lua"),
            include_str!("acquire/6_requests.lua"),
        )
    };
}

/// Charges and looks, by any strategy.
pub(crate) static ACQUIRE: LazyLock<ServerScript> =
    LazyLock::new(|| ServerScript::new(acquire!("acquire/4_log.lua")));

/// The same for calls without a moving window. A script is paid for at each call, by its size too: this
/// one costs the server some 10 % less.
pub(crate) static ACQUIRE_WITHOUT_LOGS: LazyLock<ServerScript> =
    LazyLock::new(|| ServerScript::new(acquire!("acquire/4_no_log.lua")));

/// Gives back.
pub(crate) static REFUND: LazyLock<ServerScript> =
    LazyLock::new(|| ServerScript::new(include_str!("refund.lua")));

/// Forgets.
pub(crate) static FORGET: LazyLock<ServerScript> =
    LazyLock::new(|| ServerScript::new(include_str!("forget.lua")));

impl ServerScript {
    fn new(source: &'static str) -> Self {
        Self { source, digest: Script::new(source).get_hash().to_owned() }
    }

    /// Runs the script in one round trip; in two where the server doesn't know it yet, or any more.
    pub(crate) async fn run(
        &self,
        connection: &mut impl ConnectionLike,
        keys: &[impl AsRef<[u8]>],
        arguments: &[&[u8]],
    ) -> RedisResult<Value> {
        let by_digest = command("EVALSHA", &self.digest, keys, arguments);
        match connection.req_packed_command(&by_digest).await.and_then(Value::extract_error) {
            Err(error) if error.kind() == ServerErrorKind::NoScript.into() => {
                let by_source = command("EVAL", self.source, keys, arguments);
                connection.req_packed_command(&by_source).await.and_then(Value::extract_error)
            }
            answer => answer,
        }
    }
}

fn command(name: &str, script: &str, keys: &[impl AsRef<[u8]>], arguments: &[&[u8]]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(keys.len());
    for key in keys {
        command.arg(key.as_ref());
    }
    for argument in arguments {
        command.arg(*argument);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::VERSION;

    #[test]
    fn scripts_name_the_version_of_the_layout() {
        for script in [&ACQUIRE, &ACQUIRE_WITHOUT_LOGS, &REFUND, &FORGET] {
            let head = format!("-- ratelimit, layout {VERSION}: ");
            assert!(script.source.starts_with(&head), "{}", script.source.lines().next().unwrap_or_default());
        }
    }
}
