//! The servers behind a connection, one by one.

use redis::{
    Cmd, ErrorKind, RedisError, RedisResult, Value,
    cluster_async::ClusterConnection,
    cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr},
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
    let mut masters: Vec<(Option<String>, u16)> = Vec::new();
    let mut nodes = Vec::new();
    for range in ranges {
        let mut range = range.into_iter();
        let (Some(first_slot), Some(Value::Array(master))) = (range.next(), range.nth(1)) else {
            return Err(no_master());
        };
        let [host, port] = <[Value; 2]>::try_from(master.into_iter().take(2).collect::<Vec<_>>())
            .map_err(|_| no_master())?;
        let master = (from_redis_value(host)?, from_redis_value(port)?);
        if !masters.contains(&master) {
            nodes.push(Some(node(&master, from_redis_value(first_slot)?)));
            masters.push(master);
        }
    }
    Ok(nodes)
}

/// A master by its address; or by a slot of its, if it has not been told its address, as a lone node has not.
fn node((host, port): &(Option<String>, u16), first_slot: u16) -> Node {
    match host {
        Some(host) if !host.is_empty() => Node::ByAddress { host: host.clone(), port: *port },
        _ => Node::SpecificNode(Route::new(first_slot, SlotAddr::Master)),
    }
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
