//! What an error of redis-rs means: for the caller, and for the connection.

use ratelimit_core::StorageError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// The error as callers see it. Nothing of a key is in it: keys are digests already.
pub(crate) fn storage_error(error: RedisError) -> StorageError {
    // NOAUTH: no login was given, and the server wants one.
    let refused = error.kind() == ErrorKind::AuthenticationFailed || error.code() == Some("NOAUTH");
    let message = match error.kind() {
        _ if refused => "the Redis server refuses the login",
        ErrorKind::Io if error.is_timeout() => "the Redis server doesn't answer in time",
        ErrorKind::Io => "the Redis server can't be reached",
        _ => "the Redis server could not answer",
    };
    if let Some(unknown) = unknown_command(&error) {
        // The source would show what came with it.
        return StorageError::permanent(format!("{message}: {unknown}"));
    }
    let message = format!("{message}: {error}");
    let permanent = matches!(
        error.kind(),
        ErrorKind::InvalidClientConfig
            | ErrorKind::Server(ServerErrorKind::NoPerm | ServerErrorKind::ResponseError)
    );
    if refused || permanent {
        StorageError::permanent(message).with_source(error)
    } else {
        StorageError::transient(message).with_source(error)
    }
}

/// What a server says of a command that it doesn't know, without what came with the command, which it
/// says too: with HELLO, that is the password.
fn unknown_command(error: &RedisError) -> Option<&str> {
    error.detail()?.split_once(", with args beginning with").map(|(unknown, _)| unknown)
}

/// What to do about a connection after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// The connection is well.
    Keep,
    /// It is of no use any more: the next request makes another.
    Replace,
    /// The same, and most likely nothing was counted, so that the request is asked again on a new one. If
    /// it was on its way when the connection ended, it may be counted twice; that errs on the safe side.
    ReplaceAndRetry,
}

impl Aftermath {
    pub(crate) fn of(error: &RedisError) -> Self {
        match error.kind() {
            // The server has become a replica, or lost its master: somebody else is to be asked.
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown) => {
                Self::ReplaceAndRetry
            }
            _ if error.is_timeout() => Self::Replace,
            // Closed: by a restart, or by whoever closes connections that are idle for long.
            _ if error.is_connection_dropped() && !error.is_connection_refusal() => Self::ReplaceAndRetry,
            _ if error.is_unrecoverable_error() => Self::Replace,
            _ => Self::Keep,
        }
    }
}
