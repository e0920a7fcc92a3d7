//! The servers behind a connection, one by one.

use redis::{
    Cmd, ErrorKind, RedisError, RedisResult, Value,
    cluster_async::ClusterConnection,
    cluster_routing::{RoutingInfo, SingleNodeRoutingInfo},
    from_redis_value,
};

use super::Link;

/// A server of a cluster.
pub(crate) type Node = SingleNodeRoutingInfo;

/// The servers to go through: one without a name, or every master of a cluster.
pub(crate) async fn nodes(link: &Link) -> RedisResult<Vec<Option<Node>>> {
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

/// What one server of a cluster answers.
pub(crate) async fn routed(cluster: &mut ClusterConnection, command: Cmd, node: &Node) -> RedisResult<Value> {
    cluster.route_command(command, RoutingInfo::SingleNode(node.clone())).await?.extract_error()
}

/// Whether every master of a cluster answers by this connection.
pub(super) async fn all_answer(link: &Link) -> bool {
    let (Link::Cluster(cluster), Ok(nodes)) = (link, nodes(link).await) else { return false };
    for node in nodes.iter().flatten() {
        if routed(&mut cluster.clone(), redis::cmd("PING"), node).await.is_err() {
            return false;
        }
    }
    true
}

fn slots_command() -> Cmd {
    let mut command = redis::cmd("CLUSTER");
    command.arg("SLOTS");
    command
}

fn no_master() -> RedisError {
    (ErrorKind::UnexpectedReturnType, "the cluster doesn't say which servers have its slots").into()
}
