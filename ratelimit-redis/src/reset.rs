//! Forgetting counters.

use ratelimit_core::{Reset, StorageError};
use redis::{
    Cmd, ErrorKind, RedisError, RedisResult, Value,
    aio::ConnectionLike,
    cluster_async::ClusterConnection,
    cluster_routing::{RoutingInfo, SingleNodeRoutingInfo},
    from_redis_value,
};

use crate::{
    connection::{Lane, Link, storage_error},
    layout::{key_pattern, namespace_pattern},
    request::letter,
    script::FORGET,
    storage::Shared,
    terms,
};

/// So many keys the server looks at before it answers: some tenths of a millisecond.
const LOOKED_AT: usize = 1_000;

/// Forgets counters; answers how many there were that said anything.
pub(crate) async fn reset(shared: &Shared, lane: &Lane, target: Reset<'_>) -> Result<u64, StorageError> {
    let (_, link) = lane.link().await.map_err(storage_error)?;
    let now = shared.now_micros().to_be_bytes();
    let forgotten = match target {
        Reset::Counter { policy, key } => {
            let quota = terms::rounded(policy.quota());
            let name = terms::name(letter(&quota)?, &quota);
            forget(link, &[shared.layout.key(policy, key)], &now, &name).await
        }
        Reset::Key { namespace, key } => forget_all(link, &key_pattern(namespace, key), &now).await,
        Reset::Namespace(namespace) => forget_all(link, &namespace_pattern(namespace), &now).await,
        _ => return Err(StorageError::permanent("the Redis storage doesn't know what is to be forgotten")),
    };
    forgotten.map_err(storage_error)
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
async fn forget(mut link: Link, keys: &[String], now: &[u8], name: &[u8]) -> RedisResult<u64> {
    // In a cluster, the keys of one server have many slots, and a call has one.
    let at_once = if matches!(link, Link::Cluster(_)) { 1 } else { LOOKED_AT };
    let mut forgotten = 0;
    for keys in keys.chunks(at_once) {
        forgotten += from_redis_value::<u64>(FORGET.run(&mut link, keys, &[now, name]).await?)?;
    }
    Ok(forgotten)
}

/// A server of a cluster.
type Node = SingleNodeRoutingInfo;

/// The servers to go through: one without a name, or every master of a cluster.
async fn nodes(link: &Link) -> RedisResult<Vec<Option<Node>>> {
    let Link::Cluster(cluster) = link else { return Ok(vec![None]) };
    let slots = cluster.clone().route_command(slots_command(), RoutingInfo::SingleNode(Node::Random)).await?;
    let ranges: Vec<Vec<Value>> = from_redis_value(slots)?;
    let mut masters: Vec<(String, u16)> = Vec::new();
    for range in ranges {
        let Some(Value::Array(master)) = range.into_iter().nth(2) else { return Err(no_master()) };
        let [host, port] = <[Value; 2]>::try_from(master.into_iter().take(2).collect::<Vec<_>>())
            .map_err(|_| no_master())?;
        let master = (from_redis_value(host)?, from_redis_value(port)?);
        if !masters.contains(&master) {
            masters.push(master);
        }
    }
    Ok(masters.into_iter().map(|(host, port)| Some(Node::ByAddress { host, port })).collect())
}

fn slots_command() -> Cmd {
    let mut command = redis::cmd("CLUSTER");
    command.arg("SLOTS");
    command
}

fn no_master() -> RedisError {
    (ErrorKind::UnexpectedReturnType, "the cluster doesn't say which servers have its slots").into()
}

/// The next of a server's keys that fit, and where to go on.
async fn page(
    link: &Link,
    node: Option<&Node>,
    cursor: &[u8],
    pattern: &str,
) -> RedisResult<(Vec<u8>, Vec<String>)> {
    let mut command = redis::cmd("SCAN");
    command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(LOOKED_AT);
    let answer = match (link.clone(), node) {
        (Link::Cluster(mut cluster), Some(node)) => routed(&mut cluster, command, node).await?,
        (mut link, _) => link.req_packed_command(&command).await?.extract_error()?,
    };
    Ok(from_redis_value(answer)?)
}

async fn routed(cluster: &mut ClusterConnection, command: Cmd, node: &Node) -> RedisResult<Value> {
    cluster.route_command(command, RoutingInfo::SingleNode(node.clone())).await
}
