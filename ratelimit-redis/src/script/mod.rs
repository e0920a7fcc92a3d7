//! The scripts that run in the server, and how they are called.
//!
//! What they take and answer is written at the top of each `.lua` file. That and the names of the keys
//! (see `layout`) are one contract, under one version: whoever changes it raises
//! [`VERSION`](crate::layout::VERSION), so that two versions side by side never meet each other's data.

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
