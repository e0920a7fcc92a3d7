//! Storages by URI.

use std::sync::Arc;

use ratelimit_core::Storage;

/// The storage that `uri` names; `None` for this process's memory, which the builder makes itself.
///
/// # Errors
/// What is wrong with the URI. The URI itself may hold a password and stays out of the message.
pub(super) fn open(uri: &str) -> Result<Option<Arc<dyn Storage>>, String> {
    match uri.split_once("://") {
        Some(("memory", "")) => Ok(None),
        Some(("memory", _)) => Err("memory:// takes nothing after it".to_owned()),
        Some((scheme, _)) => Err(format!("there is no storage for `{scheme}://`; expected `memory://`")),
        None => Err("not a URI; expected `memory://`".to_owned()),
    }
}
