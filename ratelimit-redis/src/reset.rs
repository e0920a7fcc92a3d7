//! Forgetting counters.

use ratelimit_core::{Reset, StorageError};
use redis::{RedisResult, aio::ConnectionLike, from_redis_value};

use crate::{
    connection::{Lane, Link, Node, nodes, routed, storage_error},
    layout::{key_pattern, namespace_pattern},
    request::counted,
    script::FORGET,
    storage::Shared,
};

/// So many keys the server looks at before it answers: some tenths of a millisecond.
const LOOKED_AT: usize = 1_000;

/// Forgets counters; answers how many there were that said anything. Begins anew on a new connection if
/// the old one turns out to be closed.
pub(crate) async fn reset(shared: &Shared, lane: &Lane, target: Reset<'_>) -> Result<u64, StorageError> {
    let mut retried = false;
    loop {
        let (generation, link) = lane.link().await.map_err(storage_error)?;
        let error = match forget_target(shared, link, target).await? {
            Ok(forgotten) => return Ok(forgotten),
            Err(error) => error,
        };
        if !lane.is_asked_again(generation, &error) || retried {
            return Err(storage_error(error));
        }
        retried = true;
    }
}

async fn forget_target(
    shared: &Shared,
    link: Link,
    target: Reset<'_>,
) -> Result<RedisResult<u64>, StorageError> {
    let now = shared.now_micros().to_be_bytes();
    Ok(match target {
        Reset::Counter { policy, key } => {
            let (_, name) = counted(policy)?;
            forget(link, &[shared.layout.key(policy, key)], &now, &name).await
        }
        Reset::Key { namespace, key } => forget_all(link, &key_pattern(namespace, key), &now).await,
        Reset::Namespace(namespace) => forget_all(link, &namespace_pattern(namespace), &now).await,
        _ => return Err(StorageError::permanent("the Redis storage doesn't know what is to be forgotten")),
    })
}

/// Forgets all counters whose names fit.
async fn forget_all(link: Link, pattern: &str, now: &[u8]) -> RedisResult<u64> {
    let mut forgotten = 0;
    for node in nodes(&link).await? {
        let mut cursor = Vec::from(*b"0");
        loop {
            let (next, keys) = page(&link, node.as_ref(), &cursor, pattern).await?;
            forgotten += forget(link.clone(), &keys, now, b"").await?;
            if next == b"0" {
                break;
            }
            cursor = next;
        }
    }
    Ok(forgotten)
}

/// Forgets the counter of that name in each of the keys, or all if the name is empty.
async fn forget(mut link: Link, keys: &[impl AsRef<[u8]>], now: &[u8], name: &[u8]) -> RedisResult<u64> {
    // In a cluster, the keys of one server have many slots, and a call has one.
    let at_once = if matches!(link, Link::Cluster(_)) { 1 } else { LOOKED_AT };
    let mut forgotten = 0;
    for keys in keys.chunks(at_once) {
        forgotten += from_redis_value::<u64>(FORGET.run(&mut link, keys, &[now, name]).await?)?;
    }
    Ok(forgotten)
}

/// The next of a server's keys that fit, and where to go on. Others may have put some there that are no text.
async fn page(
    link: &Link,
    node: Option<&Node>,
    cursor: &[u8],
    pattern: &str,
) -> RedisResult<(Vec<u8>, Vec<Vec<u8>>)> {
    let mut command = redis::cmd("SCAN");
    command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(LOOKED_AT);
    let answer = match (link.clone(), node) {
        (Link::Cluster(mut cluster), Some(node)) => routed(&mut cluster, command, node).await?,
        (mut link, _) => link.req_packed_command(&command).await?.extract_error()?,
    };
    Ok(from_redis_value(answer)?)
}
